"""Forms with files, as `multipart/form-data` (RFC 7578)."""

import io

from multipart import MultipartError, MultipartParser, parse_options_header

from watchword.errors import FieldsInvalid, Malformed, UnsupportedMediaType
from watchword.web.bodies import MAX_BODY, read_body
from watchword.web.types import WebRequest

_MAX_PARTS = 20


async def read_multipart(request: WebRequest) -> dict[str, str]:
    """The text of each part by its name, the last of a name; raises as `read_json` does, and `FieldsInvalid`."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not boundary:
        raise UnsupportedMediaType("The form must be sent as multipart/form-data.")
    body = await read_body(request)
    parser = MultipartParser(
        io.BytesIO(body), boundary, content_length=len(body), part_limit=_MAX_PARTS, spool_limit=MAX_BODY
    )
    try:
        parts = list(parser)
    except (MultipartError, ValueError, LookupError):
        raise Malformed("The form cannot be read.") from None
    return {part.name: _text(part.name, part.raw) for part in parts}


def _text(name: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FieldsInvalid({name: ["This is no text in UTF-8."]}) from None
    if "\x00" in text:
        raise FieldsInvalid({name: ["Null characters are not allowed."]})
    return text
