"""What the pages of the guided set-up show."""

from typing import NamedTuple

import msgspec

from watchword.web.pages.console.control import Control, Fieldset
from watchword.web.pages.console.fact import Fact
from watchword.web.pages.console.overview_shown import Todo
from watchword.web.pages.console.shown import Row


class Mark(NamedTuple):
    """One step, in the line that says how far one is."""

    title: str
    url: str
    done: bool
    here: bool


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """Around every step; `back` and `next` are addresses, or ""."""

    number: int
    title: str
    marks: tuple[Mark, ...]
    back: str
    next: str
    done: bool


class GatewayStep(msgspec.Struct, frozen=True, kw_only=True):
    """`stage` is the pk of the one that is made or changed, and `full` its whole form."""

    stage: str
    name: str
    fieldsets: tuple[Fieldset, ...]
    others: tuple[Row, ...]
    full: str
    errors: tuple[str, ...] = ()
    wrong: bool = False
    version: str = ""


class Place(NamedTuple):
    """A country that can be chosen."""

    region: str
    name: str
    calling_code: int
    chosen: bool


class FlowStep(msgspec.Struct, frozen=True, kw_only=True):
    """Either the `flow` that is there, with its address to `run`, or a form; without a `stage` neither."""

    stage: str
    flow: Row | None = None
    run: str = ""
    title: Control
    asks: str
    places: tuple[Place, ...] = ()
    errors: dict[str, tuple[str, ...]] = {}

    @property
    def limited(self) -> bool:
        return any(place.chosen for place in self.places)


class MessageStep(msgspec.Struct, frozen=True, kw_only=True):
    """Once a message was sent: whether it went out, what that means, and what the gateway answered."""

    stage: str
    name: str
    gateway: str
    number: Control
    sent: bool | None = None
    facts: tuple[Fact, ...] = ()
    answer: tuple[Fact, ...] = ()


class EndStep(msgspec.Struct, frozen=True, kw_only=True):
    """What there is, each with a line about it, and what is left to do."""

    there: tuple[Row, ...]
    run: str
    todos: tuple[Todo, ...]
