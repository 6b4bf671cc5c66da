"""The console of a server: an HTTP API over `mockserver.control`, its description, and a page that uses it."""
