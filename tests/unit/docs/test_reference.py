"""The documents say what the code says."""

import re
from pathlib import Path

import pytest
from scripts.make_reference import FILE, error_classes, reference

from watchword.events import ACTIONS
from watchword.settings import SETTINGS

DOCS = Path(__file__).parents[3] / "docs"
ROOT = DOCS.parent
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])


def test_the_reference_is_up_to_date() -> None:
    assert FILE.read_text() == reference(), "Run: python scripts/make_reference.py"


def test_every_setting_event_and_error_code_is_in_it() -> None:
    text = FILE.read_text()
    names = [info.name for info in SETTINGS] + list(ACTIONS) + [cls.code for cls in error_classes()]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_error_codes_are_snake_case_and_statuses_are_errors() -> None:
    for cls in error_classes():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", cls.code), cls
        assert 400 <= cls.status <= 599, cls


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    known = {name for info in SETTINGS for name in (info.name, f"{info.name}_FILE")}
    named = set(re.findall(r"WATCHWORD_[A-Z_]+[A-Z]", page.read_text()))
    options = ("WATCHWORD_TEST_", "WATCHWORD_USER_", "WATCHWORD_IMPORT_")
    assert {name for name in named - known if not name.startswith(options)} == set()
