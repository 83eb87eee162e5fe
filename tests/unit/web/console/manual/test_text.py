"""A chapter as HTML."""

import pytest

from tests.unit.web.pages.html_tree import parse
from watchword.model.base import ConfigObject
from watchword.stages.catalogue import CATALOGUE
from watchword.web.pages.console.groups import groups_of
from watchword.web.pages.console.manual import text
from watchword.web.pages.console.manual.chapters import MANUAL, NAMES, Chapter
from watchword.web.pages.console.manual.text import html_of, target

every_chapter = pytest.mark.parametrize("name", sorted(NAMES))


def headings(name: str) -> set[str]:
    page = parse(str(html_of(name)))
    return {tag.attrs["id"] or "" for level in ("h1", "h2", "h3", "h4") for tag in page.all(level)}


@every_chapter
def test_a_link_within_the_manual_leads_to_a_heading_that_there_is(name: str) -> None:
    for tag in parse(str(html_of(name))).all("a"):
        href = tag.attrs["href"] or ""
        if href.startswith("#"):
            assert href[1:] in headings(name)
        elif href.startswith(MANUAL) and href != MANUAL:
            other, _, heading = href.removeprefix(MANUAL).partition("/#")
            assert other.rstrip("/") in NAMES
            assert not heading or heading in headings(other)
        else:
            assert href.startswith(("https://", "http://", "/api/v3/")), href


@every_chapter
def test_what_scrolls_can_be_reached_by_key(name: str) -> None:
    page = parse(str(html_of(name)))
    assert all(tag.attrs.get("tabindex") == "0" for tag in page.all("div", class_="wide-table"))
    names = [tag.attrs["aria-label"] for tag in page.all("div", class_="wide-table")]
    assert len(set(names)) == len(names)
    assert all(tag.text for tag in page.all("th")), "a column without a name"
    assert len(page.all("table")) == len(page.all("div", class_="wide-table"))


@pytest.mark.parametrize("cls", CATALOGUE.values(), ids=lambda cls: cls.model)
def test_every_form_says_where_the_manual_says_more(cls: type[ConfigObject]) -> None:
    places = [group.manual for group in groups_of(cls)]
    assert places[0]
    for place in filter(None, places):
        name, _, heading = place.partition("#")
        assert not heading or heading in headings(name), place


@pytest.mark.parametrize(
    ("written", "leads"),
    [
        ("twilio.md", f"{MANUAL}twilio/"),
        ("console.md#people", f"{MANUAL}console/#people"),
        ("../CHANGELOG.md", f"{MANUAL}changelog/"),
        ("openapi.json", "/api/v3/schema/?format=json"),
        ("#here", "#here"),
        ("https://example.org/a.md", "https://example.org/a.md"),
        ("../src/secret.py", MANUAL),
    ],
)
def test_a_link_leads_where_the_console_has_it(written: str, leads: str) -> None:
    assert target(written) == leads


def test_raw_html_is_text_and_no_script(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = "# A\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b>bold</b>\n"
    monkeypatch.setattr(text, "chapter", lambda name: Chapter(name, "A", wrong))
    made = str(html_of.__wrapped__("twilio"))
    assert "<script" not in made
    assert "<b>" not in made
    assert parse(made).all("a") == []
