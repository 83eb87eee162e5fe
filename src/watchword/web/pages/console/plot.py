"""A bar chart as numbers: where each bar stands in its drawing, and what it stands for."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

WIDTH, HEIGHT = 300, 84
_LEAST = 2.5
"""How high the least of anything is, so that one failure among thousands can be seen."""
_GAP = 0.22
"""The part of a bar's room that stays free."""

Kind = Literal["confirmed", "sent", "failed"]


class Counts(NamedTuple):
    """One hour or day: `label` names it; `confirmed` are those of `sent` whose code came back."""

    label: str
    sent: int
    confirmed: int
    failed: int


class Piece(NamedTuple):
    kind: Kind
    y: float
    height: float


class Bar(NamedTuple):
    """`pieces` from the ground up; `x` and `width` are theirs, `left` and `room` those of the whole bar."""

    counts: Counts
    left: float
    room: float
    x: float
    width: float
    pieces: tuple[Piece, ...]


class Plot(NamedTuple):
    """`top` is how many messages a bar of full height stands for."""

    bars: tuple[Bar, ...]
    top: int
    width: int = WIDTH
    height: int = HEIGHT


def plot(series: Sequence[Counts]) -> Plot:
    """Bars from left to right; of each, the confirmed stand on the ground, then what else was sent, then failures."""
    top = max((one.sent + one.failed for one in series), default=0)
    room = WIDTH / max(len(series), 1)
    bars = []
    for number, counts in enumerate(series):
        left = number * room
        x, width = left + room * _GAP / 2, room * (1 - _GAP)
        bars.append(Bar(counts, _round(left), _round(room), _round(x), _round(width), _pieces(counts, top)))
    return Plot(tuple(bars), top)


def _pieces(counts: Counts, top: int) -> tuple[Piece, ...]:
    kinds: tuple[tuple[Kind, int], ...] = (
        ("confirmed", counts.confirmed),
        ("sent", counts.sent - counts.confirmed),
        ("failed", counts.failed),
    )
    # Two pieces at most are higher than they should be, for one has at least a third of the bar.
    pieces, ground, room = [], float(HEIGHT), HEIGHT - 2 * _LEAST
    for kind, number in kinds:
        if number > 0:
            height = max(_LEAST, room * number / top)
            ground -= height
            pieces.append(Piece(kind, _round(ground), _round(height)))
    return tuple(pieces)


def _round(number: float) -> float:
    return round(number, 2)
