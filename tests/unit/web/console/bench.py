"""What the tests of records share: what a list shows, what a page says, and what a file has."""

import csv
import io

from tests.people import OWNER, Person
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import Node, parse
from tests.unit.web.test_devices import user
from watchword.storage.deliveries import record_delivery


async def rows(admin: Visitor, target: str) -> list[list[str]]:
    """The cells of each row, as they read."""
    return [[cell.text for cell in _cells(row)] for row in await row_nodes(admin, target)]


async def row_nodes(admin: Visitor, target: str) -> list[Node]:
    answer = await admin.get(target)
    assert answer.status == 200, (target, answer.status)
    tables = parse(answer.text).all("table")
    return tables[0].one("tbody").all("tr") if tables else []


def _cells(row: Node) -> list[Node]:
    return [child for child in row.children if isinstance(child, Node)]


def facts(answer: Answer) -> dict[str, str]:
    """Of all lists of facts on the page that are not within another."""
    assert answer.status == 200, answer.status
    found: dict[str, str] = {}
    for told in parse(answer.text).all("dl", class_="facts"):
        children = [child for child in told.children if isinstance(child, Node)]
        found |= {name.text: value.text for name, value in zip(children[::2], children[1::2], strict=True)}
    return found


def link(answer: Answer, text: str) -> str:
    """Where the only link of these words leads; the way around the console does not count."""
    [found] = [node for node in parse(answer.text).one("main").all("a") if node.text == text]
    return found.attrs["href"]


async def file_of(admin: Visitor, target: str) -> list[dict[str, str]]:
    answer = await admin.get(target)
    assert (answer.status, answer.header("content-type")) == (200, "text/csv; charset=utf-8"), target
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def deliver(house: House, person: Person = OWNER, **values: object) -> int:
    given = {
        "now": house.clock(),
        "gateway": "twilio",
        "outcome": "sent",
        "masked": "+49 ••• ••13",
        "purpose": "enrolment",
        "country": "DE",
        "user_id": (await user(house, person)).id,
        "duration_ms": 140,
        **values,
    }
    return await house.services.database.run(record_delivery, **given)  # type: ignore[arg-type] # the test's own
