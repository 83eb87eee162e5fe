"""Escapes undone, and the place of each character kept."""

import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.gateways.spellings import Reading, readings


def texts(text: str) -> list[str]:
    return [reading.text for reading in readings(text)]


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("a%2Bb", "a+b"),
        ("a%2bb", "a+b"),
        ("%C3%A4%E2%82%AC%F0%9F%98%80", "ä€😀"),
        (r"\u002b\u002B\/\"\\", '++/"\\'),
        (r"\ud83d\ude00\n\t\x2b", "😀\n\t+"),
        ("&amp;&#43;&#x2b;&#x2B;&quot;&apos;&lt;&eacute;", "&+++\"'<é"),
        (r"%5Cu002b", "+"),
        ("&#37;2B", "+"),
        (r"\\u002b", "+"),
        ("%252B", "+"),
    ],
)
def test_escapes_are_undone_twice_at_most(escaped: str, plain: str) -> None:
    assert plain in texts(escaped)


@pytest.mark.parametrize("text", ["", "plain", "100%", "%zz", "%C3", "%C3%zz", "&;", "&nosuchentityatall", "a & b"])
def test_what_is_no_escape_stays(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize("text", ["&#0;", "&#1114112;", "&nosuch;", "&#xd800;"])
def test_an_entity_of_nothing_is_one_character(text: str) -> None:
    assert "\ufffd" in texts(text)


def test_each_character_knows_where_it_stood() -> None:
    assert Reading("a+b", [0, 1, 4, 5]) in readings("a%2Bb")
    assert Reading("+", [0, 5]) in readings("%252B")


ODD = st.text(st.sampled_from('a+/ %&"\\;#xu0€😀'), max_size=30)


@given(ODD)
def test_what_was_escaped_is_read_again(text: str) -> None:
    for escaped in (
        quote(text, safe=""),
        json.dumps(text)[1:-1],
        html.escape(text),
        json.dumps(quote(text, safe=""))[1:-1],
        html.escape(json.dumps(text)[1:-1]),
    ):
        assert text in texts(escaped)
    assert text.replace("+", " ") in texts(quote_plus(text.replace("+", " ")).replace("+", " "))


@given(st.one_of(ODD, st.text()))
def test_the_places_rise_from_the_first_to_the_end(text: str) -> None:
    for reading in readings(text):
        assert len(reading.starts) == len(reading.text) + 1
        assert reading.starts[-1] == len(text)
        assert all(before < after for before, after in zip(reading.starts, reading.starts[1:], strict=False))
        assert reading.text == "" or reading.starts[0] == 0
