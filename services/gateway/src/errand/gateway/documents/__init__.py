"""What the API says of itself: OpenAPI over all services, AsyncAPI of the sockets, and a page to read both."""
