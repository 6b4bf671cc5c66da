"""Gateways (XEP-0100) that are hosted on the component port of a server: there the library is the service."""
