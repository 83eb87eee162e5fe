"""The console's navigation knows where a page belongs."""

import pytest

from watchword.web.pages.navigation import CONSOLE_PARTS, Entry, entry_at

ENTRIES = [entry for part in CONSOLE_PARTS for entry in part.entries]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_a_page_below_an_entry_belongs_to_it(entry: Entry) -> None:
    assert entry_at(entry.url) == entry
    assert entry_at(f"{entry.url}7/edit/") == entry


def test_a_page_of_no_entry_of_its_own_belongs_to_the_overview() -> None:
    found = entry_at("/if/admin/steps/1/edit/")
    assert found is not None
    assert found.title == "Overview"


def test_a_page_outside_belongs_to_none() -> None:
    assert entry_at("/if/user/") is None


def test_titles_and_addresses_stand_once() -> None:
    assert len({entry.title for entry in ENTRIES}) == len({entry.url for entry in ENTRIES}) == len(ENTRIES)
