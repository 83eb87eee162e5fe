"""Phone numbers: read as people type them, judged before money is spent, and masked before anybody sees them."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import msgspec
import phonenumbers
from babel import Locale, UnknownLocaleError

from watchword.errors import NumberReason, NumberRefused
from watchword.keyring import Keyring

NumberType = Literal[
    "mobile",
    "fixed_line",
    "fixed_line_or_mobile",
    "premium_rate",
    "shared_cost",
    "toll_free",
    "voip",
    "personal",
    "pager",
    "uan",
    "voicemail",
    "unknown",
]
Validation = Literal["valid", "possible"]

MAX_TYPED = 50
"""Characters of a typed number; no spelling of 15 digits needs more."""
MIN_DIGITS, MAX_DIGITS = 7, 15
"""Country code and national number together: no country has mobile numbers shorter than Niue's, and ITU-T E.164 (6)
ends at 15. The metadata alone would call "+49 15" possible."""
EXAMPLE = "+49 151 23456789"

_TYPES: dict[int, NumberType] = {
    phonenumbers.PhoneNumberType.MOBILE: "mobile",
    phonenumbers.PhoneNumberType.FIXED_LINE: "fixed_line",
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
    phonenumbers.PhoneNumberType.PREMIUM_RATE: "premium_rate",
    phonenumbers.PhoneNumberType.SHARED_COST: "shared_cost",
    phonenumbers.PhoneNumberType.TOLL_FREE: "toll_free",
    phonenumbers.PhoneNumberType.VOIP: "voip",
    phonenumbers.PhoneNumberType.PERSONAL_NUMBER: "personal",
    phonenumbers.PhoneNumberType.PAGER: "pager",
    phonenumbers.PhoneNumberType.UAN: "uan",
    phonenumbers.PhoneNumberType.VOICEMAIL: "voicemail",
    phonenumbers.PhoneNumberType.UNKNOWN: "unknown",
}
_NEVER: frozenset[NumberType] = frozenset(
    {"premium_rate", "shared_cost", "toll_free", "pager", "uan", "voicemail"},
)
_MOBILE: frozenset[NumberType] = frozenset(
    # The North American plan does not tell mobile from fixed; an unknown type passes only where the administrator
    # chose to accept ranges that the metadata does not know yet.
    {"mobile", "fixed_line_or_mobile", "unknown"},
)
_SENTENCES: dict[NumberReason, str] = {
    "missing": "Enter your phone number.",
    "unreadable": f"This does not look like a phone number. Write it with its country code, like {EXAMPLE}.",
    "not_possible": "This phone number is too long or too short for its country. Check the digits.",
    "not_valid": "This phone number is not in use in its country. Check the country code and the digits.",
    "kind": "This kind of number cannot receive codes. Use an ordinary mobile number.",
    "not_mobile": "Use a mobile number: this one cannot receive text messages.",
}

# After a leading plus only digits and the marks people group them with. Letters stay out on purpose: the metadata
# library would read "+1 800 FLOWERS" and "x5" (an extension) as digits, but nobody's SMS arrives there.
_SPELLING = re.compile(r"\(? ?\+?[0-9 ().\-/]*")
_PLUSES = "\uff0b\ufe62"
_MARKS = str.maketrans({"\uff08": "(", "\uff09": ")", "\uff0e": ".", "\uff0f": "/", "\u2212": "-", "\t": " "})


class PhoneNumber(msgspec.Struct, frozen=True):
    """A number as Google's metadata knows it.

    `region` is an ISO 3166-1 code, or "001" for a country code that belongs to no country (satellite phones). A
    number can be `possible` (its length fits) without being `valid` (its range is assigned); its `type` is then
    "unknown".
    """

    e164: str
    country_code: int
    region: str
    type: NumberType
    valid: bool
    possible: bool


def parse(text: str, region: str | None = None) -> PhoneNumber | None:
    """None where the text is not a phone number, whatever it is; never raises.

    Without an ISO `region`, only the international spelling with a plus is read.
    """
    spelling = _spelling(text)
    if spelling is None:
        return None
    try:
        number = _settled(phonenumbers.parse(spelling, region.strip().upper() if region else None))
    except phonenumbers.NumberParseException:
        return None
    return _described(number) if number else None


def accept(
    text: str,
    *,
    region: str | None = None,
    validation: Validation = "valid",
    mobile_only: bool = True,
) -> PhoneNumber:
    """The number, if a code may be sent to it; raises `NumberRefused` with a sentence for the visitor.

    "valid" asks for a range that is assigned, "possible" for a length that fits. Ranges that cost extra, or that
    nobody reads messages on, are refused either way: they are what SMS pumping lives on.
    """
    if not text.strip():
        raise _refusal("missing")
    number = parse(text, region)
    if number is None:
        raise _refusal("unreadable")
    if not number.possible:
        raise _refusal("not_possible")
    if validation == "valid" and not number.valid:
        raise _refusal("not_valid")
    if number.type in _NEVER:
        raise _refusal("kind")
    if mobile_only and number.type not in _MOBILE:
        raise _refusal("not_mobile")
    return number


def mask(e164: str) -> str:
    """Country code and last two digits, as in "+49 ••• ••13": one shape, whatever the length.

    What is not an E.164 number, or is too short to hide anything, is masked whole.
    """
    digits = e164.removeprefix("+")
    if not (e164.startswith("+") and digits.isascii() and digits.isdigit() and len(digits) >= 7):
        return "••• •••••"
    code = next((digits[:size] for size in (1, 2, 3) if int(digits[:size]) in _COUNTRY_CODES), "••")
    return f"+{code} ••• ••{digits[-2:]}"


def number_key(keyring: Keyring, e164: str) -> str:
    """What stands for a number where the number itself may not be kept: 64 hex digits, keyed.

    A bare hash would not do: all numbers of a country can be hashed within minutes. Keep `keyring.key_id` beside it.
    """
    return keyring.digest("number", e164)


def number_keys(keyring: Keyring, e164: str) -> tuple[str, ...]:
    """Its hashes under every key in use, `number_key` first: to look for it, for old ones may be stored."""
    return keyring.digests("number", e164)


class Country(NamedTuple):
    """`region` is the ISO 3166-1 code, `example` a mobile number as the country writes it."""

    region: str
    name: str
    calling_code: int
    example: str


def countries(locale: str = "en") -> tuple[Country, ...]:
    """Every country that has numbers, sorted by its name in the locale; English where the locale is unknown."""
    return _countries(str(_locale(locale)))


def _spelling(text: str) -> str | None:
    """The text with pasted marks and foreign digits made plain, or None where something else is in it."""
    text = text.strip()
    if not 0 < len(text) <= MAX_TYPED:
        return None
    plain = "".join(map(_plain, text.translate(_MARKS))).strip()
    return plain if _SPELLING.fullmatch(plain) else None


def _plain(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char in _PLUSES:
        return "+"
    # Cf: direction marks and zero-width characters come along when a number is copied from a chat or a contact.
    return {"Cf": "", "Zs": " ", "Pd": "-"}.get(unicodedata.category(char), char)


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _settled(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber | None:
    """The number whose E.164 form reads as itself.

    "+49 00151..." loses one trunk zero each time it is read; left so, it would be a second spelling of a number
    that is stored already.
    """
    for _ in range(MAX_DIGITS):
        again = phonenumbers.parse(_e164(number))
        if again == number:
            return number
        number = again
    return None


def _described(number: phonenumbers.PhoneNumber) -> PhoneNumber:
    e164, code = _e164(number), number.country_code or 0
    # A length that only works inside the area (local only) is no good here.
    fits = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    possible = fits and MIN_DIGITS <= len(e164) - 1 <= MAX_DIGITS
    return PhoneNumber(
        e164=e164,
        country_code=code,
        region=phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(code),
        type=_TYPES[phonenumbers.number_type(number)],
        valid=possible and phonenumbers.is_valid_number(number),
        possible=possible,
    )


def _refusal(reason: NumberReason) -> NumberRefused:
    return NumberRefused(reason, _SENTENCES[reason])


_COUNTRY_CODES = frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")


@lru_cache(maxsize=32)
def _countries(locale: str) -> tuple[Country, ...]:
    names = Locale.parse(locale).territories
    found = (Country(region, names.get(region, region), code, example) for region, code, example in _numbering())
    return tuple(sorted(found, key=lambda country: (_collated(country.name), country.region)))


def _collated(name: str) -> str:
    """A sort key that files Åland under A."""
    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char)).casefold()


@cache
def _numbering() -> tuple[tuple[str, int, str], ...]:
    """(region, country code, example) of all; apart from the names, for reading the metadata costs some 80 ms."""
    return tuple(
        (region, phonenumbers.country_code_for_region(region), _example(region))
        for region in phonenumbers.SUPPORTED_REGIONS
    )


def _example(region: str) -> str:
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    number = number or phonenumbers.example_number(region)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL) if number else ""
