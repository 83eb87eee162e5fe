"""What became of each entry."""

from typing import Literal

import msgspec

from watchword.blueprints.problems import BlueprintProblem

Action = Literal["created", "updated", "unchanged", "removed", "skipped", "applied", "left out"]
"""`applied` is another blueprint, whose own lines follow; the advice of what is `left out` begins with the reason."""


class Line(msgspec.Struct, frozen=True):
    """`label` is what a person calls the object, never a secret; `advice` did not keep it from being applied."""

    action: Action
    model: str
    label: str
    advice: tuple[BlueprintProblem, ...] = ()
