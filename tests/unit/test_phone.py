"""Reading numbers: every spelling people use, and nothing else."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.phone import MAX_DIGITS, MAX_TYPED, PhoneNumber, parse

MOBILE = PhoneNumber(e164="+4915123456789", country_code=49, region="DE", type="mobile", valid=True, possible=True)
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize(
    "typed",
    [
        "+4915123456789",
        "+49 151 23456789",
        "  +49 151 23456789\n",
        "+49 (0)151 / 234-567.89",
        "(+49) 151 23456789",
        "+49\t151\t23456789",
        "+49\u00a0151\u00a023456789",
        "+49\u2011151\u201123456789",
        "+49\u2013151\u221223456789",
        "\u202a+49 151 23456789\u202c",
        "\u2066+49\u200b151\u206923456789",
        "\ufeff+49 151 23456789",
        "\uff0b\uff14\uff19 \uff11\uff15\uff11 \uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
        "+\u0664\u0669 \u0661\u0665\u0661 \u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
        "+\u096a\u096f151\uff0823456789\uff09",
    ],
)
def test_spellings_of_one_number_are_one_number(typed: str) -> None:
    assert parse(typed) == MOBILE


@pytest.mark.parametrize("typed", ["0151 23456789", "(0151) 23456789", "0049 151 23456789", "+49 151 23456789"])
def test_national_spellings_are_read_with_a_region(typed: str) -> None:
    assert parse(typed, "DE") == MOBILE


@pytest.mark.parametrize("region", ["de", " De "])
def test_a_region_may_be_in_any_case(region: str) -> None:
    assert parse("0151 23456789", region) == MOBILE


def test_the_international_prefix_is_the_regions_own() -> None:
    assert parse("011 49 151 23456789", "US") == MOBILE
    assert parse("011 49 151 23456789", "DE") != MOBILE


@pytest.mark.parametrize("typed", ["0151 23456789", "0049 151 23456789", "15123456789"])
@pytest.mark.parametrize("region", [None, "", "001", "XX", "Germany", "\0"])
def test_national_spellings_need_a_region_that_exists(typed: str, region: str | None) -> None:
    assert parse(typed, region) is None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "+",
        "++4915123456789",
        "+49+15123456789",
        "49+15123456789",
        "abc",
        "+49 151 FLOWERS",
        "+1 800 FLOWERS",
        "+49 151 23456789 x5",
        "+49 151 23456789 ext. 5",
        "+49 151 23456789;ext=5",
        "+49 151 23456789#5",
        "+49 151 23456789,,5",
        "tel:+4915123456789",
        "+49 151 23456789\0",
        "+49 151\n23456789",
        "+49 151\r\n23456789",
        "+49 151\u202823456789",
        "+49 151\x1b23456789",
        "+49 151 2345678\u00b2",
        "+49 151 2345678\u2460",
        "+49 151 2345678\u2167",
        "+49 151 23456789 \ud800",
        "+4",
        "+999 12345678",
        "+0 12345678",
        "+49 12345678901234567890",
    ],
)
@pytest.mark.parametrize("region", [None, "DE"])
def test_what_is_no_number_is_none(typed: str, region: str | None) -> None:
    assert parse(typed, region) is None


def test_a_typed_number_has_fifty_characters_at_most() -> None:
    number = "+49 151 23456789"
    assert parse(number + "\u200b" * (MAX_TYPED - len(number))) == MOBILE
    assert parse(number + "\u200b" * (MAX_TYPED - len(number) + 1)) is None


def test_an_italian_leading_zero_is_kept() -> None:
    number = parse("+39 06 1234567")
    assert number is not None
    assert (number.e164, number.region, number.type) == ("+39061234567", "IT", "fixed_line")


def test_satellite_phones_belong_to_no_country() -> None:
    number = parse("+881612345678")
    assert number is not None
    assert (number.region, number.country_code, number.valid) == ("001", 881, True)


def test_countries_that_share_a_code_are_told_apart() -> None:
    regions = [number.region for typed in ("+1 202 456 1111", "+1 416 555 0123") if (number := parse(typed))]
    assert regions == ["US", "CA"]


@pytest.mark.parametrize("typed", ["+1 345 123 4567", "+49 111 1234567"])
def test_a_number_can_be_possible_without_being_valid(typed: str) -> None:
    number = parse(typed)
    assert number is not None
    assert (number.possible, number.valid, number.type) == (True, False, "unknown")


@pytest.mark.parametrize("typed", ["+49 1", "+49 15", "+49 1511", "+1 20", "+1 253 0000", "+52 1 55 1234 5678"])
def test_a_length_that_does_not_fit_is_not_possible(typed: str) -> None:
    number = parse(typed)
    assert number is None or (number.possible, number.valid) == (False, False)


def test_no_number_is_possible_beyond_the_fifteen_digits_of_e164() -> None:
    fifteen, sixteen = parse("+49 1234567890123"), parse("+49 12345678901234")
    assert fifteen is not None
    assert sixteen is not None
    assert (len(fifteen.e164), len(sixteen.e164)) == (MAX_DIGITS + 1, MAX_DIGITS + 2)
    assert (fifteen.possible, sixteen.possible) == (True, False)


@pytest.mark.parametrize("typed", ["+49 0 0151 23456789", "+490 0151 23456789", "+49 00 0151 23456789"])
def test_repeated_trunk_zeros_do_not_make_a_second_number(typed: str) -> None:
    assert parse(typed) == MOBILE


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (phonenumbers.PhoneNumberType.MOBILE, "mobile"),
        (phonenumbers.PhoneNumberType.FIXED_LINE, "fixed_line"),
        (phonenumbers.PhoneNumberType.TOLL_FREE, "toll_free"),
        (phonenumbers.PhoneNumberType.PREMIUM_RATE, "premium_rate"),
        (phonenumbers.PhoneNumberType.SHARED_COST, "shared_cost"),
        (phonenumbers.PhoneNumberType.VOIP, "voip"),
        (phonenumbers.PhoneNumberType.PERSONAL_NUMBER, "personal"),
        (phonenumbers.PhoneNumberType.PAGER, "pager"),
        (phonenumbers.PhoneNumberType.UAN, "uan"),
        (phonenumbers.PhoneNumberType.VOICEMAIL, "voicemail"),
    ],
)
def test_the_type_is_a_plain_word(kind: int, expected: str) -> None:
    region = "GB" if expected == "voip" else "CH"
    example = phonenumbers.example_number_for_type(region, kind)
    assert example is not None
    number = parse(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
    assert number is not None
    assert number.type == expected


@pytest.mark.parametrize("style", [0, 1, 2], ids=["e164", "international", "national"])
@pytest.mark.parametrize("region", REGIONS)
def test_every_countrys_own_spelling_is_read(region: str, style: int) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    number = parse(phonenumbers.format_number(example, style), region)
    assert number is not None
    assert (number.e164, number.valid) == (phonenumbers.format_number(example, 0), True)


@given(st.text(), st.one_of(st.none(), st.text(), st.sampled_from(REGIONS)))
def test_no_text_raises(text: str, region: str | None) -> None:
    number = parse(text, region)
    assert number is None or number.e164.startswith("+")


NUMBERISH = st.text(alphabet="0123456789+ -()./\u0660\u202a\uff11", max_size=30)


@given(NUMBERISH, st.one_of(st.none(), st.sampled_from(REGIONS)))
def test_what_is_stored_reads_as_itself(text: str, region: str | None) -> None:
    number = parse(text, region)
    if number is not None:
        assert parse(number.e164) == number


@given(
    st.integers(min_value=100_000, max_value=10**14), st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
)
def test_whatever_is_valid_is_possible_and_typed(national: int, code: int) -> None:
    number = parse(f"+{code}{national}")
    if number is not None:
        assert number.valid == (number.possible and number.type != "unknown")
        assert number.region
