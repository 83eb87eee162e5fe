"""What schemathesis is told of our API: which objects there are, and which refusals are none of form."""

import json
import os
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation

from tests.e2e.known_objects import TOKEN_NAME, Known

KNOWN: Known = json.loads(os.environ.get("KNOWN_OBJECTS", "{}"))
"""By the path of an operation, the parts of one object's address."""


NAMED = ("flow_slug", "slug", "identifier")
"""Parts of paths that are names, not ids."""

OF_FORM = (
    "This field is required.",
    "This field may not be null.",
    "Not a valid string.",
    "A valid integer is required.",
    "A valid number is required.",
    "Must be a valid boolean.",
    "is not a valid choice.",
    "is not a valid UUID.",
    "Expected a list of items",
    "Value must be a dictionary.",
    "Datetime has wrong format.",
    "Enter a valid UUID.",
    "Enter a number.",
)
"""JSON Schema can say all of these, and ours does; that a gateway needs what may be blank elsewhere, or that no text
deep within an object holds a NUL, it cannot say."""


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Half of the calls about one object are about one that is there; it is never deleted."""
    known = KNOWN.get(case.path)
    if known is None or case.method == "DELETE" or case.meta is None or not case.id[-1] < "U":
        return
    place = case.meta.components.get(ParameterLocation.PATH)
    if place is not None and place.mode.is_positive:
        case.path_parameters = dict(known)


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Leaves the token alone that all calls are made with: without it the rest would try nothing but denials.

    In an address a number is a text like any other: there may well be a flow called 0, and then it is no wrong type.
    """
    parts = case.path_parameters or {}
    names = [parts[name] for name in NAMED if name in parts]
    return TOKEN_NAME not in map(str, parts.values()) and all(_is_text(name) for name in names)


def _is_text(name: Any) -> bool:
    return isinstance(name, str) and not name.lstrip("-").isdigit() and name not in ("null", "true", "false")


@schemathesis.check
def refused_for_what_it_means(ctx: Any, response: Any, case: Any) -> None:
    """`case` was made to fit its schema."""
    made = case.meta.generation.mode if case.meta else None
    if response.status_code != 400 or made is None or made.is_negative:
        return
    said = response.text
    form = [sentence for sentence in OF_FORM if sentence in said]
    assert not form, f"Valid data were refused: {said[:500]}"
