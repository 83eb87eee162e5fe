"""Segments, against a splitter written another way: it makes the parts and counts them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.gateways.segments import BASIC, EXTENDED, count, warnings

# 3GPP TS 23.038, 6.2.1, written down by code point and apart from the table under test.
GSM_BY_CODE_POINT = {
    *range(0x20, 0x7F),
    *(0x0A, 0x0D, 0xA1, 0xA3, 0xA4, 0xA5, 0xA7, 0xBF, 0xC4, 0xC5, 0xC6, 0xC7, 0xC9, 0xD1, 0xD6, 0xD8, 0xDC, 0xDF),
    *(0xE0, 0xE4, 0xE5, 0xE6, 0xE8, 0xE9, 0xEC, 0xF1, 0xF2, 0xF6, 0xF8, 0xF9, 0xFC),
    *(0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9),
} - {ord(char) for char in "[\\]^`{|}~"}
EXTENDED_BY_CODE_POINT = {0x0C, 0x5B, 0x5C, 0x5D, 0x5E, 0x7B, 0x7C, 0x7D, 0x7E, 0x20AC}


def reference(text: str) -> list[str]:
    """The parts themselves, greedily filled; in units: septets as characters, or UTF-16 code units as bytes."""
    if all(char in BASIC or char in EXTENDED for char in text):
        units = [f"\x1b{char}" if char in EXTENDED else char for char in text]
        single, part = 160, 153
    else:
        pairs = [char.encode("utf-16-be", "surrogatepass") for char in text]
        units = [unit.decode("latin-1")[::2] for unit in pairs]
        single, part = 70, 67
    if len("".join(units)) <= single:
        return ["".join(units)]
    parts = [""]
    for unit in units:
        if len(parts[-1] + unit) > part:
            parts.append("")
        parts[-1] += unit
    return parts


def test_the_alphabet_is_that_of_the_standard() -> None:
    assert {ord(char) for char in BASIC} == GSM_BY_CODE_POINT
    assert {ord(char) for char in EXTENDED} == EXTENDED_BY_CODE_POINT
    assert len(BASIC) == 127  # 128 places, one of them the escape


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments", "per_segment"),
    [
        ("", "GSM-7", 0, 1, 160),
        ("a" * 160, "GSM-7", 160, 1, 160),
        ("a" * 161, "GSM-7", 161, 2, 153),
        ("a" * 306, "GSM-7", 306, 2, 153),
        ("a" * 307, "GSM-7", 307, 3, 153),
        ("€" * 80, "GSM-7", 160, 1, 160),
        ("€" * 81, "GSM-7", 162, 2, 153),
        # 152 and a euro: the euro would be cut, so it begins the next part; 153 + 153 would have held all in two.
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3, 153),
        ("ж" * 70, "UCS-2", 70, 1, 70),
        ("ж" * 71, "UCS-2", 71, 2, 67),
        ("ж" * 134, "UCS-2", 134, 2, 67),
        ("ж" * 135, "UCS-2", 135, 3, 67),
        ("😀" * 35, "UCS-2", 70, 1, 70),
        ("😀" * 36, "UCS-2", 72, 2, 67),
        ("ж" * 66 + "😀" + "ж" * 66, "UCS-2", 134, 3, 67),
        ("a" * 70 + "’", "UCS-2", 71, 2, 67),
        ("€ж", "UCS-2", 2, 1, 70),
    ],
)
def test_known_texts(text: str, encoding: str, units: int, segments: int, per_segment: int) -> None:
    counted = count(text)
    assert (counted.encoding, counted.units, counted.segments, counted.per_segment) == (
        encoding,
        units,
        segments,
        per_segment,
    )


def test_the_characters_that_cost_are_named_once_and_in_order() -> None:
    assert count("a’b—c’d€").forced_by == ("’", "—")
    assert count("a€").forced_by == ()


GSM = st.sampled_from(sorted(BASIC | EXTENDED))
ANY = st.one_of(GSM, st.characters(), st.sampled_from("😀ж€|"))


@given(st.one_of(st.text(GSM, max_size=500), st.text(ANY, max_size=300)))
def test_the_count_is_that_of_a_splitter(text: str) -> None:
    parts = reference(text)
    counted = count(text)
    assert counted.segments == len(parts)
    assert counted.units == sum(map(len, parts))
    assert all(len(part) <= counted.per_segment for part in parts)
    assert counted.left == counted.per_segment - len(parts[-1])


@given(st.lists(st.sampled_from(sorted(map(chr, GSM_BY_CODE_POINT | EXTENDED_BY_CODE_POINT))), max_size=400))
@settings(max_examples=50)
def test_septets_are_characters_and_those_of_the_extension_table_once_more(chars: list[str]) -> None:
    counted = count("".join(chars))
    assert counted.units == len(chars) + sum(chars.count(extended) for extended in "\f^{}\\[~]|€")
    assert (counted.encoding, counted.forced_by) == ("GSM-7", ())


@given(st.lists(st.sampled_from("aж😀€\u2019\U0010ffff"), max_size=200).map(lambda chars: "ж" + "".join(chars)))
@settings(max_examples=50)
def test_in_ucs_2_every_character_counts_as_its_utf_16_has_it(text: str) -> None:
    assert count(text).units == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(("plain", "wide", "single", "part"), [("a", "€", 160, 153), ("ж", "😀", 70, 67)])
@given(data=st.data())
@settings(max_examples=50)
def test_what_takes_two_places_is_never_cut_at_a_border(
    plain: str, wide: str, single: int, part: int, data: st.DataObject
) -> None:
    """Where it would be, one place of the segment stays empty, and all that follows moves on by one."""
    before, after = data.draw(st.integers(0, 2 * part)), data.draw(st.integers(0, 2 * part))
    counted = count(plain * before + wide + plain * after)
    units = before + 2 + after
    lost = 1 if before % part == part - 1 else 0
    expected = 1 if units <= single else -(-(units + lost) // part)
    assert (counted.units, counted.segments) == (units, expected)


@given(st.text(ANY, max_size=200), st.text(ANY, max_size=5))
def test_more_text_never_takes_fewer_segments(text: str, more: str) -> None:
    assert count(text + more).segments >= count(text).segments


@pytest.mark.parametrize("text", ["", "a" * 160, "ж" * 70, "’"])
def test_one_segment_is_nothing_to_warn_of(text: str) -> None:
    assert warnings(text) == []


def test_a_long_text_is_warned_of_with_its_numbers() -> None:
    assert warnings("a" * 161) == ["This text takes 2 segments (161 of 153 characters each); each is paid for."]


@pytest.mark.parametrize(
    ("char", "name", "advice"),
    [
        ("’", "U+2019, RIGHT SINGLE QUOTATION MARK", "Write ' instead."),
        ("„", "U+201E, DOUBLE LOW-9 QUOTATION MARK", 'Write " instead.'),
        ("–", "U+2013, EN DASH", "Write - instead."),
        ("…", "U+2026, HORIZONTAL ELLIPSIS", "Write ... instead."),
        ("\u00a0", "U+00A0, NO-BREAK SPACE", "Write a plain space instead."),
        ("\u200b", "U+200B, ZERO WIDTH SPACE", "Write nothing instead."),
        ("\t", "U+0009, no name", "Write a plain space instead."),
        ("ж", "U+0436, CYRILLIC SMALL LETTER ZHE", "not 160."),
    ],
)
def test_a_character_that_costs_is_named_with_what_to_write_instead(char: str, name: str, advice: str) -> None:
    first, second = warnings("a" * 70 + char)
    assert first.startswith("This text takes 2 segments")
    assert f"({name})" in second
    assert second.endswith(advice)


@given(st.text(ANY, max_size=200))
@settings(max_examples=50)
def test_each_character_that_costs_is_named_once(text: str) -> None:
    forcing = {char for char in text if ord(char) not in GSM_BY_CODE_POINT | EXTENDED_BY_CODE_POINT}
    told = [line for line in warnings(text) if "is not in the GSM-7 alphabet" in line]
    if count(text).segments == 1:
        assert not told
    else:
        assert sorted(line.split(",")[0] for line in told) == sorted(f"{char!r} (U+{ord(char):04X}" for char in forcing)


def test_a_warning_can_be_shown_whatever_the_text_holds() -> None:
    """Half a surrogate pair, a control character: named by what they are, and never printed as such."""
    told = "\n".join(warnings("ж" * 70 + "\ud83d\x1b\x00\u202e"))
    assert told.encode()
    assert all(char == "\n" or char.isprintable() for char in told)


def test_characters_that_count_twice_are_named() -> None:
    assert warnings("a" * 159 + "€|\f")[1] == "Each of | € counts as two characters."
    assert len(warnings("a" * 159 + "€’")) == 2  # in UCS-2 they count once
