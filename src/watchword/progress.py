"""How far something slow has come, for whoever shows it."""

from collections.abc import Callable

Watch = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is in all."""


def unwatched(_what: str, _done: int, _total: int) -> None:
    """For nobody who looks."""
