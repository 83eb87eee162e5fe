"""What the page of a flow shows."""

import msgspec

from watchword.web.pages.console.control import Control, Option


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Who or what decides, and where that is changed."""

    name: str
    url: str
    enabled: bool


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor must pass; `otherwise` is what becomes of whoever does not, and `when` is when it is asked.

    One that is not `closed` lets everybody through: all its rules are switched off.
    """

    target: str
    whose: str
    lead: str = ""
    otherwise: str = ""
    when: str = ""
    closed: bool = False
    rules: tuple[Rule, ...] = ()
    policies: tuple[Option, ...] = ()
    """Those that could be bound too."""
    new: str
    person: str
    """Where a new policy is made and bound, and where a group or a user is."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """`icon` is the kind of its stage; `before` is where a step is put before it, `back` its place on the page."""

    pk: str
    name: str
    icon: str
    kind: str
    about: tuple[str, ...]
    stage_url: str
    url: str
    remove: str
    gate: Gate
    timing: tuple[Control, ...]
    hidden: tuple[tuple[str, str], ...]
    before: str
    first: bool
    last: bool


class Adding(msgspec.Struct, frozen=True, kw_only=True):
    """What can be put into a flow, and where; `place` is where it was asked for."""

    kinds: tuple[Option, ...]
    stages: tuple[Option, ...]
    places: tuple[Option, ...]
    place: str = ""


class FlowShown(msgspec.Struct, frozen=True, kw_only=True):
    """`demand` is what is asked of a visitor before any policy, and `unmet` what becomes of others; "" for nothing.

    `seen` is the order of the steps as the page shows it.
    """

    name: str
    title: str
    slug: str
    designation: str
    url: str
    run: str
    demand: str
    unmet: str
    gate: Gate
    steps: tuple[Step, ...]
    seen: str
    adding: Adding
    naming: tuple[Control, ...]
    version: str
    wrong: bool = False
    errors: tuple[str, ...] = ()
