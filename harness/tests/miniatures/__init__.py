"""Tiny drivers that lie or break on purpose: the reference driver with one bad habit each."""
