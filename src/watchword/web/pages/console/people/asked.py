"""What a list is narrowed by, read from its address: an answer that is none of those offered asks nothing."""

from collections.abc import Sequence

from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.tables import Filter

MAX_SEARCH = 254


class Asked:
    """`given` is what is asked again for the other pages, and written into the event of an export."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.given: dict[str, str] = {}
        self.filters: list[Filter] = []

    @property
    def narrowed(self) -> bool:
        return bool(self.given)

    def search(self) -> str:
        return self._keep("search", self._desk.query("search")[:MAX_SEARCH].strip())

    def choice(self, name: str, label: str, options: Sequence[Option], everything: str = "All") -> str:
        offered = (Option("", everything), *options)
        value = self._desk.query(name)
        value = value if any(option.value == value for option in offered) else ""
        self.filters.append(Filter(name=name, label=label, value=value, options=offered))
        return self._keep(name, value)

    def flag(self, name: str, label: str, yes: str, no: str) -> bool | None:
        value = self.choice(name, label, (Option("yes", yes), Option("no", no)))
        return value == "yes" if value else None

    def _keep(self, name: str, value: str) -> str:
        if value:
            self.given[name] = value
        return value
