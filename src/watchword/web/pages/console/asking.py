"""What a list is asked in its address: each question leaves its control, and a condition or what is wrong with it."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import Connection

from watchword.storage.listing import Condition
from watchword.storage.newest import Sought
from watchword.storage.users import get_user, identify_user
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.paging import ON_A_PAGE

_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_MOST_TERMS = 8
_MAX_DIGITS = 18
"""More is no id in either database."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One control of a list's form."""

    name: str
    label: str
    kind: Literal["text", "day", "choice"] = "text"
    value: str = ""
    options: tuple[Option, ...] = ()
    help: str = ""
    errors: tuple[str, ...] = ()


class Asked:
    """`given` is what was asked, as it is asked again on the next page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._conditions: list[Condition] = []
        self._terms: tuple[str, ...] = ()
        self._since: datetime | None = None
        self._until: datetime | None = None
        self.questions: list[Question] = []
        self.given: dict[str, str] = {}
        self.search = ""
        self.user_id: int | None = None

    @property
    def wrong(self) -> bool:
        return any(question.errors for question in self.questions)

    @property
    def narrowed(self) -> bool:
        """By a question; the search is seen anyway."""
        return any(name != "search" for name in self.given)

    @property
    def sought(self) -> Sought:
        return Sought(
            conditions=tuple(self._conditions),
            terms=self._terms,
            since=self._since,
            until=self._until,
            before=id_of(self._desk.query("before")),
            limit=ON_A_PAGE,
        )

    def terms(self) -> None:
        """Each must occur, in any letter case."""
        self.search = self._take("search")
        self._terms = tuple(self.search.lower().split()[:_MOST_TERMS])

    def exact(self, column: str) -> None:
        """What is searched for is all that stands in a column."""
        self.search = self._take("search")
        if self.search:
            self._conditions.append(Condition(column, "is", self.search))

    def text(self, name: str, label: str, column: str) -> None:
        value = self._take(name)
        if value:
            self._conditions.append(Condition(column, "is", value))
        self.questions.append(Question(name=name, label=label, value=value))

    def choice(self, name: str, label: str, options: Sequence[Option], column: str) -> None:
        """An option's value is the column's; where nothing is chosen, everything counts."""
        if value := self._chosen(name, label, options):
            self._conditions.append(Condition(column, "is", value))

    def whether(self, name: str, label: str, yes: str, no: str, column: str) -> None:
        """Something stands in the column, or nothing does."""
        if value := self._chosen(name, label, (Option("yes", yes), Option("no", no))):
            self._conditions.append(Condition(column, "null", value == "no"))

    def _chosen(self, name: str, label: str, options: Sequence[Option]) -> str:
        """Or "" where nothing was, or nothing that there is."""
        value = self._take(name)
        errors: tuple[str, ...] = ()
        if value and all(option.value != value for option in options):
            errors = ("There is no such choice.",)
        shown = (Option("", "All"), *options)
        question = Question(name=name, label=label, kind="choice", value=value, options=shown, errors=errors)
        self.questions.append(question)
        return "" if errors else value

    def user(self, conn: Connection, *, or_named: str = "") -> None:
        """By name, or by the id in the links of other pages. `or_named` is the column that keeps the names of those who
        are no longer there.
        """
        name, number, help_ = self._take("username"), self._take("user"), ""
        errors: tuple[str, ...] = ()
        found = identify_user(conn, name, ["username"]) if name else None
        if found or (number and not name):
            known = found or get_user(conn, id_of(number) or 0)
            self.user_id = known.id if known else None
            self._conditions.append(Condition("user_id", "is", known.id if known else id_of(number) or 0))
            name = known.username if known else ""
            help_ = "" if known else f"User {number[:_MAX_DIGITS]} is not there, or no longer."
        elif name and or_named:
            self._conditions.append(Condition(or_named, "is", name))
        elif name:
            errors = ("Nobody has this user name.",)
        question = Question(name="username", label="User name", value=name, help=help_, errors=errors)
        self.questions.append(question)

    def days(self) -> None:
        """From the beginning of one day to the end of another, in UTC."""
        first, last = self._day("from", "From (UTC)"), self._day("to", "To (UTC)")
        if first and last and last < first:
            told = msgspec.structs.replace(self.questions[-1], errors=("This day comes before the first.",))
            self.questions[-1] = told
        self._since = _begin(first) if first else None
        self._until = _begin(last) + timedelta(days=1) if last else None

    def _day(self, name: str, label: str) -> date | None:
        text, day = self._take(name), None
        if _DAY.fullmatch(text):
            try:
                day = date.fromisoformat(text)
            except ValueError:
                day = None
        errors = ("There is no such day. Write it as 2026-03-01.",) if text and not day else ()
        self.questions.append(Question(name=name, label=label, kind="day", value=text, errors=errors))
        return day

    def _take(self, name: str) -> str:
        value = self._desk.query(name).strip()
        if value:
            self.given[name] = value
        return value


def id_of(text: str) -> int | None:
    """None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
