"""The HTTP side of a service: problem details, request ids, identity, health, and the server."""
