"""Whose certificates a vendor's may come from."""

import functools
import ssl

import httpx2


@functools.cache
def trust() -> ssl.SSLContext:
    """As the SDKs' own clients have it, but read once a process: that takes most of the time of making a client."""
    return httpx2.create_ssl_context()
