"""A server that starts before its database does waits for it."""

import time

import rich_click as click

from watchword.errors import DatabaseUnavailable
from watchword.storage.causes import Cause, cause_of
from watchword.storage.schema import reach
from watchword.storage.urls import dialect_of, read_url

PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 1.0
_SAY_EVERY = 10

_PASSING: dict[Cause, str] = {
    "refused": "nothing listens at its address",
    "starting": "it is just starting, or stopping",
    "silent": "its host does not answer",
    "unknown_host": "its host's name is not known",
    "full_house": "it has no connection left",
}
"""Causes that may pass by themselves. A wrong password does not: whoever starts Watchword is told at once."""


def wait_for_database(url: str, patience: float = PATIENCE_SECONDS) -> None:
    """Raises `DatabaseUnavailable`, with a sentence for whoever starts it, where it does not answer in `patience`
    seconds. An embedded database is not waited for: nobody else starts it.
    """
    if dialect_of(read_url(url)) == "sqlite":
        return
    until, tries = time.monotonic() + patience, 0
    while True:
        try:
            reach(url)
            return
        except DatabaseUnavailable as error:
            why = _PASSING.get(cause_of(error))
            if why is None:
                raise
            if time.monotonic() > until:
                raise DatabaseUnavailable(
                    f"The database could not be reached for {patience:g} seconds: {why}. See that it runs, and that "
                    "WATCHWORD_DATABASE_URL is right; watchword doctor tells more."
                ) from error
            if tries % _SAY_EVERY == 0:
                click.echo(f"Waiting for the database: {why}.", err=True)
        tries += 1
        time.sleep(_PAUSE_SECONDS)
