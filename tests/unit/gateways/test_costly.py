"""Characters that cost more than others, against the count of the whole text."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.gateways.costly import Costly, Piece, costly, pieces
from watchword.gateways.segments import count

TEXTS = st.text(alphabet="ab€[’–😀\n", max_size=60)


def test_a_plain_text_is_one_piece() -> None:
    assert pieces("Your code is 042917.") == [Piece("Your code is 042917.", "")]
    assert costly("Your code is 042917.") == []
    assert pieces("") == []
    assert costly("") == []


def test_characters_that_count_twice_are_told_once_each() -> None:
    text = "[5 min] 3€ and 4€"
    assert [piece for piece in pieces(text) if piece.cost] == [
        Piece("[", "twice"),
        Piece("]", "twice"),
        Piece("€", "twice"),
        Piece("€", "twice"),
    ]
    assert [(one.char, one.name, one.doubled) for one in costly(text)] == [
        ("[", "left square bracket", True),
        ("]", "right square bracket", True),
        ("€", "euro sign", True),
    ]


def test_beside_a_character_outside_of_the_alphabet_others_count_once() -> None:
    assert pieces("it’s 3€") == [Piece("it", ""), Piece("’", "forces"), Piece("s 3€", "")]
    assert costly("it’s 3€") == [Costly("’", "right single quotation mark", "forces", False, "'")]


def test_what_can_be_written_instead_is_said() -> None:
    assert {one.char: one.instead for one in costly("–…\u00a0\u200bж")} == {
        "–": "-",
        "…": "...",
        "\u00a0": "a plain space",
        "\u200b": "nothing",
        "ж": "",
    }


def test_a_pair_counts_twice_and_a_character_without_a_name_is_told_by_its_number() -> None:
    assert costly("😀") == [Costly("😀", "grinning face", "forces", True, "")]
    assert costly("\ue000")[0].name == "U+E000"


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_the_pieces_are_the_text_and_their_costs_its_units(text: str) -> None:
    found, marked = pieces(text), {one.char: one for one in costly(text)}
    assert "".join(piece.text for piece in found) == text
    assert all(one.cost != other.cost for one, other in pairwise(found))
    doubled = sum(text.count(char) for char, one in marked.items() if one.doubled)
    assert count(text).units == len(text) + doubled
    assert {char for char, one in marked.items() if one.cost == "forces"} == set(count(text).forced_by)
