"""Where a flow may send the visitor when it ends."""

from collections.abc import Collection
from urllib.parse import quote, urlsplit

from watchword.errors import Invalid


class NextRefused(Invalid):
    """Invalid next URL"""

    code = "next_refused"


def safe_next(url: str, allowed_origins: Collection[str] = ()) -> str | None:
    """The URL where it is a path of our own or of an allowed origin, else None.

    Browsers read `//x`, `/\\x`, and either with tabs or line breaks inside, as another host (WHATWG URL, 4.4).
    """
    if any(ord(char) <= 0x20 or char == "\\" or ord(char) == 0x7F for char in url):
        return None
    if url.startswith("/"):
        return None if url.startswith("//") else url
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and origin in allowed_origins else None


def cancel_url(next_url: str) -> str:
    return f"/flows/-/cancel/?next={quote(next_url, safe='')}" if next_url else "/flows/-/cancel/"
