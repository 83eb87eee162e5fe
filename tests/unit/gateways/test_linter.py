"""The linter counts what will really be sent, and says why it costs more."""

import pytest

from watchword.gateways.linter import NO_BOUND_LINE, lint
from watchword.gateways.text import DEFAULT_TEMPLATE


def linted(template: str, *, host: str = "sms.example.org", code_length: int = 6) -> list[str]:
    return lint(template, host=host, code_length=code_length, minutes=5)


@pytest.mark.parametrize("template", ["", DEFAULT_TEMPLATE, "{code}", "Grüße! {code} für {host}, {minutes} Minuten"])
def test_one_segment_with_its_bound_line_is_nothing_to_tell(template: str) -> None:
    assert linted(template) == []


def test_a_text_of_two_segments_is_told_with_its_count() -> None:
    told = linted("{code} " + "a" * 160)
    assert told == ["This text takes 2 segments (167 of 153 characters each); each is paid for.", NO_BOUND_LINE]


def test_the_character_that_forced_ucs_2_is_named_with_what_to_write_instead() -> None:
    told = linted("Your code – {code} – is valid for {minutes} minutes. Never tell it to anybody, not even to us.")
    assert told[0].startswith("This text takes 2 segments")
    assert told[1].startswith("'–' (U+2013, EN DASH) is not in the GSM-7 alphabet")
    assert told[1].endswith("Write - instead.")


def test_a_short_text_in_ucs_2_is_told_to_have_no_bound_line() -> None:
    assert linted("Код {code}") == [NO_BOUND_LINE]


def test_characters_that_count_twice_are_named() -> None:
    assert "Each of [ ] counts as two characters." in linted("[{code}] " + "a" * 160)


def test_what_is_counted_is_the_real_host_and_the_real_length_of_the_code() -> None:
    room = "a" * (160 - len("000000 \n\n@sms.example.org #000000"))
    assert linted("{code} " + room) == []
    assert linted("{code} " + room, code_length=7) == [NO_BOUND_LINE]
    assert linted("{code} " + room, host="sms2.example.org") == [NO_BOUND_LINE]
