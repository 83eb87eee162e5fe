"""What a request asks for, read from the request line alone.

The framework's `request.url` is made with the Host header too, and raises where the query is not UTF-8.
"""

from watchword.web.types import WebRequest


def path_of(request: WebRequest) -> str:
    """Without percent escapes; a slash at its end may have been taken off."""
    return str(request.scope["path"])


def query_of(request: WebRequest) -> str:
    """As it was sent; bytes that are no UTF-8 become replacement characters."""
    return request.scope["query_string"].decode("utf-8", "replace")
