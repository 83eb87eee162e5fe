"""Where people, and what is theirs, are found in the console."""

from watchword.storage.groups import Group
from watchword.storage.tokens import Token
from watchword.web.pages.console.sections import CONSOLE

USERS = f"{CONSOLE}users/"
GROUPS = f"{CONSOLE}groups/"
TOKENS = f"{CONSOLE}tokens/"
DEVICES = f"{CONSOLE}devices/"


def user_url(user_id: int) -> str:
    return f"{USERS}{user_id}/"


def device_url(user_id: int, device_class: str, device_id: int) -> str:
    """Where it stands on its owner's page."""
    return f"{user_url(user_id)}#{device_anchor(device_class, device_id)}"


def device_anchor(device_class: str, device_id: int) -> str:
    return f"{device_class}-{device_id}"


def group_url(group: Group) -> str:
    return f"{GROUPS}{group.pk}/"


def member_url(group: Group, user_id: int) -> str:
    return f"{group_url(group)}members/{user_id}/"


def token_url(token: Token) -> str:
    """By what never changes: an identifier may."""
    return f"{TOKENS}{token.pk}/"


def sessions_url(user_id: int) -> str:
    return f"{CONSOLE}sessions/?user={user_id}"
