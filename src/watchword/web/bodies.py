"""Reading bodies: an object from JSON or the fields of a form, of bounded size, or an error that says why not."""

from typing import Any
from urllib.parse import parse_qs

import msgspec

from watchword.errors import Malformed, TooLarge, UnsupportedMediaType
from watchword.web.types import WebRequest

MAX_BODY = 1_000_000
"""Bytes; anything longer is answered 413."""

MAX_DISCARDED = 50_000_000
"""Bytes of a body too long that are still read, and thrown away: a client that is cut off while it sends never gets
to read the answer."""

_MAX_FIELDS = 400
"""More than a form has where every country of the world is ticked."""


async def read_json(request: WebRequest) -> dict[str, Any]:
    """Raises `Malformed`, or `UnsupportedMediaType` for anything that says it is not JSON."""
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType
    body = await read_body(request)
    if not body:
        return {}
    try:
        value = msgspec.json.decode(body)
        msgspec.json.encode(value)
    except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError, OverflowError):
        raise Malformed from None
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.")
    return value


async def read_form(request: WebRequest) -> dict[str, Any]:
    """The last value of each field; raises `Malformed`, `UnsupportedMediaType`."""
    return {name: values[-1] for name, values in (await read_form_lists(request)).items()}


async def read_form_lists(request: WebRequest) -> dict[str, list[str]]:
    """Every value of each field, in their order; raises as `read_form`."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("The form must be sent as application/x-www-form-urlencoded.")
    body = await read_body(request)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise Malformed("The form cannot be read.") from None


async def read_body(request: WebRequest) -> bytes:
    """Once a request; raises `TooLarge`, and `Malformed` where the sender went away before the end."""
    body, seen, more = bytearray(), 0, True
    while more and seen <= MAX_DISCARDED:
        message = await request.receive()
        if message["type"] != "http.request":
            raise Malformed("The body ended too early.")
        chunk, more = message.get("body", b""), message.get("more_body", False)
        seen += len(chunk)
        if seen <= MAX_BODY:
            body += chunk
    if seen > MAX_BODY:
        raise TooLarge
    return bytes(body)
