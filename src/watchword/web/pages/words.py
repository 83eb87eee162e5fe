"""Values as visitors read them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from babel import Locale
from babel.dates import format_date, format_datetime

from watchword.events import ACTIONS
from watchword.web.user_agents import browser_of, system_of

_IDENTIFIERS = {"username": "username", "email": "email", "upn": "user principal name"}


def identifier_label(user_fields: Sequence[str]) -> str:
    """As "Username or email", in that order whatever the administrator's."""
    text = " or ".join(name for field, name in _IDENTIFIERS.items() if field in user_fields) or "username"
    return text[0].upper() + text[1:]


_DEVICES = {"sms": "Text message", "totp": "Authenticator app", "static": "Recovery code"}


def device_label(device_class: str) -> str:
    return _DEVICES.get(device_class, device_class)


def browser(user_agent: str) -> str:
    """As "Firefox on Windows"."""
    parts = (browser_of(user_agent) or "Unknown browser", system_of(user_agent))
    return " on ".join(part for part in parts if part)


def in_fours(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def day(moment: datetime, locale: str) -> str:
    """The day in UTC; the server does not know the visitor's time zone."""
    return format_date(moment.astimezone(UTC), format="long", locale=Locale.parse(locale, sep="-"))


def moment(when: datetime, locale: str) -> str:
    """Day and minute, in UTC as it says."""
    text: str = format_datetime(when.astimezone(UTC), format="medium", locale=Locale.parse(locale, sep="-"))
    return f"{text} UTC"


def stamp(when: datetime) -> str:
    """As 2026-03-01 12:00:00, in UTC: short, and of one width in a column."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def event_meaning(action: str) -> str:
    return ACTIONS.get(action, action)


def span(seconds: int) -> str:
    """Seconds up to a minute, then minutes, rounded up: 299 seconds are "5 minutes"."""
    count, unit = (-(-seconds // 60), "minute") if seconds > 60 else (seconds, "second")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60))


def ago(seconds: int) -> str:
    """As "5 minutes ago", rounded down; "just now" in the first minute."""
    for unit, length in _UNITS:
        if count := max(seconds, 0) // length:
            return f"1 {unit} ago" if count == 1 else f"{count} {unit}s ago"
    return "just now"
