"""Where the bars of a chart stand: inside it, on each other, and never too low to be seen."""

from hypothesis import given
from hypothesis import strategies as st

from watchword.web.pages.console.plot import HEIGHT, WIDTH, Counts, Plot, plot

CLOSE = 0.05
"""What rounding to hundredths may add up to."""


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    sent = draw(st.integers(0, 10**9))
    return Counts("", sent, draw(st.integers(0, sent)), draw(st.integers(0, 10**9)))


def kinds(drawn: Plot) -> list[list[str]]:
    return [[piece.kind for piece in bar.pieces] for bar in drawn.bars]


def test_a_bar_is_made_of_what_there_is() -> None:
    counts = ((5, 3, 2), (4, 4, 0), (1, 0, 0), (0, 0, 1), (0, 0, 0))
    series = [Counts("", *one) for one in counts]
    drawn = plot(series)
    assert kinds(drawn) == [["confirmed", "sent", "failed"], ["confirmed"], ["sent"], ["failed"], []]
    assert (drawn.top, [bar.counts for bar in drawn.bars]) == (7, series)


def test_heights_are_in_proportion() -> None:
    small, large = (plot([Counts("", 100, 0, 0), Counts("", sent, 0, 0)]).bars[1].pieces[0].height for sent in (25, 50))
    assert 1.9 < large / small < 2.1


def test_one_failure_among_thousands_can_be_seen() -> None:
    (bar,) = plot([Counts("", 100_000, 99_999, 1)]).bars
    assert min(piece.height for piece in bar.pieces) >= 2


@given(st.lists(counts(), max_size=40))
def test_bars_stand_side_by_side_within_the_drawing_and_pieces_on_each_other(series: list[Counts]) -> None:
    drawn = plot(series)
    for number, bar in enumerate(drawn.bars):
        assert abs(bar.left - number * WIDTH / len(series)) <= CLOSE
        assert bar.left - CLOSE <= bar.x
        assert bar.x + bar.width <= bar.left + bar.room + CLOSE <= WIDTH + 2 * CLOSE
        ground = float(HEIGHT)
        for piece in bar.pieces:
            assert abs(piece.y + piece.height - ground) <= CLOSE
            ground = piece.y
        assert ground >= -CLOSE
