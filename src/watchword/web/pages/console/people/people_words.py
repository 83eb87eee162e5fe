"""What is said of users and their devices, in lists and on pages."""

from watchword.storage.device_lists import DeviceState, Owned
from watchword.storage.users import User

DEVICES = {
    "sms": ("phone", "phones"),
    "totp": ("app", "apps"),
    "static": ("set of recovery codes", "sets of recovery codes"),
}
"""Of one and of several, by class."""

STATES: dict[DeviceState, str] = {
    "works": "Works",
    "locked": "Locked after wrong codes",
    "disabled": "Disabled by an administrator",
    "unconfirmed": "Not confirmed",
}


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def owned_in_words(owned: Owned) -> str:
    """As "2 phones, 1 app"."""
    return ", ".join(counted(count, *DEVICES[name]) for name, count in owned.classes.items())


def called(user: User) -> str:
    """What is known of somebody besides the user name."""
    return " · ".join(text for text in (user.name, user.email) if text)


INTENTS = {"api": "The API", "app_password": "Signing in"}
"""What a token is for."""
