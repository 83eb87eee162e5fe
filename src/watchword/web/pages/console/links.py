"""Where the console's pages about people and records are, for those that name them."""

from watchword.web.pages.console.sections import CONSOLE

MESSAGES = f"{CONSOLE}messages/"
EVENTS = f"{CONSOLE}events/"
SESSIONS = f"{CONSOLE}sessions/"


def user_url(user_id: int) -> str:
    return f"{CONSOLE}devices/{user_id}/"
