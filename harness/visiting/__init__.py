"""Scenarios about the service, played against a server that is already there, over sockets."""
