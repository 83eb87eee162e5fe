"""Where the console's pages of what happened are, for those that name them."""

from watchword.web.pages.console.sections import CONSOLE

MESSAGES = f"{CONSOLE}messages/"
EVENTS = f"{CONSOLE}events/"
SESSIONS = f"{CONSOLE}sessions/"
DOCTOR = f"{CONSOLE}doctor/"
