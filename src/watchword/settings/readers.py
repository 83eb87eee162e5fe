"""From a setting's text to its value.

Each reader raises ValueError with the end of a sentence that begins with the setting's name. None repeats the text:
it may be a secret, or hold one.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import phonenumbers

from watchword.durations import parse_duration

Network = IPv4Network | IPv6Network

_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[\w.-]+)(?::([0-9]{1,5}))?/?")
_PORTS = {"http": 80, "https": 443}
_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_MIN_KEY = 32
_FOREVER = ("0", "forever")
LEAST_KEPT = timedelta(days=31)
"""What the console's first page counts back, and a day over."""
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]{15,}=*")
"""RFC 6750, 2.1."""


def path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError("must name a directory; there is no home of that user.") from None


def secret(text: str) -> str:
    return text


def secret_key(text: str) -> str:
    if len(text) < _MIN_KEY:
        raise ValueError(f"must have {_MIN_KEY} characters or more. Make one with: openssl rand -hex 32")
    return text


def metrics_token(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise ValueError(
            "must have 16 characters or more: letters, digits and -._~+/=, as a header carries them. "
            "Make one with: openssl rand -hex 32"
        )
    return text


def database_url(text: str) -> str:
    """With psycopg 3 named as the driver, however PostgreSQL was spelled."""
    scheme, separator, rest = text.strip().partition("://")
    if separator and scheme in _POSTGRESQL:
        return f"postgresql+psycopg://{rest}"
    if separator and scheme == "sqlite":
        return f"sqlite://{rest}"
    raise ValueError("must begin with postgresql:// or sqlite:///.")


def origin(text: str) -> str:
    match = _ORIGIN.fullmatch(text.strip().lower())
    port = int(match[3]) if match and match[3] else None
    if match is None or (port is not None and not 0 < port < 65536):
        raise ValueError("must be like https://sms.example.org: http or https, a host, perhaps a port, and no path.")
    return f"{match[1]}://{match[2]}" + (f":{port}" if port not in {None, _PORTS[match[1]]} else "")


def origins(text: str) -> tuple[str, ...]:
    return tuple(map(origin, _items(text)))


def networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(item, strict=False) for item in _items(text))
    except ValueError:
        raise ValueError("must be addresses or networks with commas between them, like 10.0.0.0/8, ::1.") from None


def region(text: str) -> str:
    code = text.strip().upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("must be a country's two letters of ISO 3166-1, like DE.")
    return code


def switch(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise ValueError("must be true or false.")
    return word in _TRUE


def choice(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if (word := text.strip().lower()) not in words:
            raise ValueError(f"must be one of {', '.join(words)}.")
        return word

    return read


def seconds(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not least <= number <= most:
            raise ValueError(f"must be a number of seconds from {least:g} to {most:g}.")
        return number

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"must be a whole number from {least} to {most}.")
        return number

    return read


def kept(text: str) -> timedelta | None:
    """None is for good."""
    word = text.strip().lower()
    if word in _FOREVER:
        return None
    try:
        duration = parse_duration(word)
    except ValueError:
        duration = timedelta()
    if duration < LEAST_KEPT:
        raise ValueError(f"must be like days=90, {LEAST_KEPT.days} days at least, or forever.")
    return duration


def _items(text: str) -> list[str]:
    return [item for item in re.split(r"[,\s]+", text) if item]
