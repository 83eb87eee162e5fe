"""What expressions are tried with: somebody, numbers, and what the flow knows besides."""

from collections.abc import Mapping
from typing import Any

import msgspec

from watchword.administration.trying import SAMPLE_NUMBER
from watchword.errors import FieldsInvalid
from watchword.flows.services import Services
from watchword.model.input import unstorable
from watchword.web.pages.console.control import Control
from watchword.web.pages.console.who import NO_SUCH_USER, user_called

NO_OBJECT = "Write a JSON object, as {}."
NUMBERS = 5
"""That are tried at once."""
OTHER_NUMBER = "+1 201 555 0123"

Given = Mapping[str, str]
"""What stands in the fields, by their names."""

WHO = Control(name="try_user", title="User name", help="Empty for a visitor who is not signed in.", kind="text")
NUMBER = Control(name="try_number", title="Phone number", help="Of the device.", kind="text", value=SAMPLE_NUMBER)
MANY = Control(
    name="try_numbers",
    title="Phone numbers",
    help=f"What was typed into the field “phone”: up to {NUMBERS}, each on a line, those to be refused too.",
    kind="area",
    value=f"{SAMPLE_NUMBER}\n{OTHER_NUMBER}",
)
CONTEXT = Control(
    name="try_context",
    title="Context",
    help="What else is known, as a JSON object.",
    kind="area",
    value="{}",
)


def numbers(given: Given) -> list[str]:
    """One at least, and be it none. Raises `FieldsInvalid`."""
    found = [line.strip() for line in given.get(MANY.name, "").splitlines() if line.strip()]
    if len(found) > NUMBERS:
        raise FieldsInvalid({MANY.name: [f"Name {NUMBERS} numbers at most."]})
    return found or [""]


def context(given: Given) -> dict[str, Any]:
    """Raises `FieldsInvalid`."""
    try:
        value = msgspec.json.decode(given.get(CONTEXT.name, "").strip() or "{}")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise FieldsInvalid({CONTEXT.name: [NO_OBJECT]})
    if problem := unstorable(value):
        raise FieldsInvalid({CONTEXT.name: [problem]})
    return value


def part(of: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}


async def user(services: Services, given: Given) -> int | None:
    """Of nobody, where no name is given. Raises `FieldsInvalid`."""
    name = given.get(WHO.name, "").strip()
    if not name:
        return None
    found = await user_called(services, name)
    if found is None:
        raise FieldsInvalid({WHO.name: [NO_SUCH_USER]})
    return found.id
