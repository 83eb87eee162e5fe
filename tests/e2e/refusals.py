"""A check for schemathesis: where data are refused that the description allows, it is for what they mean."""

from typing import Any

import schemathesis

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
    "Null characters are not allowed.",
)
"""JSON Schema can say all of these, and ours does; that a gateway needs what may be blank elsewhere, it cannot say."""


@schemathesis.check
def refused_for_what_it_means(ctx: Any, response: Any, case: Any) -> None:
    """`case` was made to fit its schema."""
    made = case.meta.generation.mode if case.meta else None
    if response.status_code != 400 or made is None or made.is_negative:
        return
    said = response.text
    form = [sentence for sentence in OF_FORM if sentence in said]
    assert not form, f"Valid data were refused: {said[:500]}"
