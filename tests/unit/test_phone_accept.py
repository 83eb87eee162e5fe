"""Which numbers a code is sent to, and what visitors with another one read."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.errors import NumberRefused
from watchword.phone import accept, parse

MOBILE = "+49 151 23456789"
FIXED = "+49 30 901820"
UNASSIGNED = "+49 111 1234567"


def reason(text: str, **options: object) -> str:
    with pytest.raises(NumberRefused) as caught:
        accept(text, **options)  # type: ignore[arg-type]  # options of several types
    return caught.value.reason


def example(region: str, kind: int) -> str:
    number = phonenumbers.example_number_for_type(region, kind)
    assert number is not None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


PREMIUM = example("CH", phonenumbers.PhoneNumberType.PREMIUM_RATE)
PAGER = example("CH", phonenumbers.PhoneNumberType.PAGER)
NEVER = [
    PREMIUM,
    PAGER,
    example("CH", phonenumbers.PhoneNumberType.SHARED_COST),
    example("CH", phonenumbers.PhoneNumberType.TOLL_FREE),
    example("CH", phonenumbers.PhoneNumberType.UAN),
    example("CH", phonenumbers.PhoneNumberType.VOICEMAIL),
]


def test_a_mobile_number_is_accepted_as_it_is_parsed() -> None:
    assert accept(MOBILE) == parse(MOBILE)


def test_a_national_spelling_is_accepted_with_its_region() -> None:
    assert accept("0151 23456789", region="DE") == parse(MOBILE)
    assert reason("0151 23456789") == "unreadable"


@pytest.mark.parametrize("text", ["", "  ", "\u00a0\n"])
def test_an_empty_field_is_missing(text: str) -> None:
    assert reason(text) == "missing"


@pytest.mark.parametrize("text", ["hello", "+1 800 FLOWERS", "+49 151 23456789 x5", "\u202a", "+" + "1" * 60])
def test_other_text_is_unreadable(text: str) -> None:
    assert reason(text) == "unreadable"


@pytest.mark.parametrize("validation", ["valid", "possible"])
@pytest.mark.parametrize("text", ["+49 15", "+49 12345678901234", "+1 202 456"])
def test_a_wrong_length_is_not_possible(text: str, validation: str) -> None:
    assert reason(text, validation=validation) == "not_possible"


def test_an_unassigned_range_is_refused_unless_possible_is_enough() -> None:
    assert reason(UNASSIGNED) == "not_valid"
    assert accept(UNASSIGNED, validation="possible").e164 == "+491111234567"


@pytest.mark.parametrize("mobile_only", [True, False])
@pytest.mark.parametrize("validation", ["valid", "possible"])
@pytest.mark.parametrize("text", NEVER)
def test_ranges_that_cost_extra_are_refused_under_every_setting(text: str, validation: str, mobile_only: bool) -> None:
    assert reason(text, validation=validation, mobile_only=mobile_only) == "kind"


def test_a_fixed_line_is_refused_unless_allowed() -> None:
    assert reason(FIXED) == "not_mobile"
    assert accept(FIXED, mobile_only=False).type == "fixed_line"


@pytest.mark.parametrize(
    "kind",
    [phonenumbers.PhoneNumberType.VOIP, phonenumbers.PhoneNumberType.PERSONAL_NUMBER],
)
def test_other_numbers_that_are_not_mobile_need_the_same_setting(kind: int) -> None:
    text = example("GB", kind)
    assert reason(text) == "not_mobile"
    assert accept(text, mobile_only=False).valid


def test_a_north_american_number_counts_as_mobile() -> None:
    number = accept("+1 202 456 1111")
    assert (number.type, number.region) == ("fixed_line_or_mobile", "US")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "Enter your phone number."),
        ("hello", "+49 151 23456789"),
        ("+49 15", "too long or too short"),
        (UNASSIGNED, "not in use"),
        (PREMIUM, "cannot receive codes"),
        (FIXED, "Use a mobile number: this one cannot receive text messages."),
    ],
)
def test_every_refusal_has_a_sentence_of_its_own(text: str, part: str) -> None:
    with pytest.raises(NumberRefused) as caught:
        accept(text)
    assert part in caught.value.message
    assert caught.value.message.endswith(".")
    assert (caught.value.code, caught.value.status) == ("number_refused", 400)


@pytest.mark.parametrize("text", [FIXED, UNASSIGNED, PREMIUM, "+49 151 2345678901234", "call 0151 23456"])
def test_a_refusal_never_repeats_what_was_typed(text: str) -> None:
    with pytest.raises(NumberRefused) as caught:
        accept(text)
    shown = f"{caught.value!r} {caught.value.message} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert text not in shown
    assert text.replace(" ", "") not in shown


@given(st.text(max_size=60), st.sampled_from(["valid", "possible"]), st.booleans())
def test_any_text_is_either_accepted_or_refused(text: str, validation: str, mobile_only: bool) -> None:
    number = parse(text)
    try:
        accepted = accept(text, validation=validation, mobile_only=mobile_only)  # type: ignore[arg-type]  # a Literal
    except NumberRefused:
        accepted = None
    assert accepted is None or (accepted == number and accepted.possible)
