"""The list of countries that forms offer."""

import phonenumbers
import pytest

from watchword.phone import Country, countries, parse


def by_region(locale: str) -> dict[str, Country]:
    return {country.region: country for country in countries(locale)}


def test_a_country_has_its_code_name_and_an_example_as_written_there() -> None:
    germany = by_region("en")["DE"]
    assert germany[:3] == ("DE", "Germany", 49)
    assert germany.example.startswith("01")


def test_every_country_with_numbers_is_there_once() -> None:
    regions = [country.region for country in countries()]
    assert len(regions) == len(set(regions))
    assert set(regions) == set(phonenumbers.SUPPORTED_REGIONS)


def test_every_country_has_a_name() -> None:
    assert [country for country in countries() if country.name == country.region] == []


def test_every_example_is_a_number_there() -> None:
    wrong = [
        country.region
        for country in countries()
        if (number := parse(country.example, country.region)) is None
        or not number.valid
        or number.country_code != country.calling_code
    ]
    assert wrong == []


@pytest.mark.parametrize(("locale", "name"), [("de", "Deutschland"), ("fr_CA", "Allemagne"), ("fr-CH", "Allemagne")])
def test_names_are_in_the_locale(locale: str, name: str) -> None:
    assert by_region(locale)["DE"].name == name


@pytest.mark.parametrize("locale", ["", "xx", "../../etc/passwd", "\0", "de" * 500, "en_US_x_y_z"])
def test_an_unknown_locale_is_english(locale: str) -> None:
    assert by_region(locale)["DE"].name == "Germany"


def test_countries_are_sorted_by_name_with_accents_aside() -> None:
    names = [country.name for country in countries("de")]
    assert names[0] == "Afghanistan"
    assert names.index("Ägypten") < names.index("Albanien") < names.index("Bahamas")
    assert names[-1] == "Zypern"


def test_the_list_is_made_once() -> None:
    assert countries("en") is countries("en")
    assert countries("fr-CH") is countries("fr_CH")
