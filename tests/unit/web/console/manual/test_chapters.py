"""The chapters: all files of `docs/`, in the wheel too."""

import tomllib
from pathlib import Path

import pytest

from watchword.web.pages.console.manual import chapters
from watchword.web.pages.console.manual.chapters import CHECKOUT, INSTALLED, MANUAL, NAMES, PARTS, chapter, link

PROJECT = Path(__file__).parents[5]


def test_every_file_of_the_manual_is_a_chapter() -> None:
    """But for the contents, which the console shows in its own way."""
    assert {path.stem for path in (PROJECT / "docs").glob("*.md")} - {"index"} | {"changelog"} == NAMES
    assert sum(map(len, PARTS.values())) == len(NAMES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_chapter_has_a_title_of_its_own(name: str) -> None:
    found = chapter(name)
    assert found.text.startswith(f"# {found.title}\n")
    assert found.url == f"{MANUAL}{name}/"


def test_titles_differ() -> None:
    assert len({chapter(name).title for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", ["", "..", "../pyproject", "twilio.md", "Twilio", "openapi"])
def test_nothing_else_is_read(name: str) -> None:
    with pytest.raises(KeyError):
        chapter(name)


def test_a_wheel_brings_them_along() -> None:
    build = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert build["force-include"] == {"docs": "watchword/manual", "CHANGELOG.md": "watchword/manual/changelog.md"}
    assert INSTALLED.parts[-2:] == ("watchword", "manual")
    assert CHECKOUT == PROJECT


def test_an_installed_one_is_read_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "twilio.md").write_text("# Installed\n\nText.\n")
    monkeypatch.setattr(chapters, "INSTALLED", tmp_path)
    chapter.cache_clear()
    try:
        assert chapter("twilio").title == "Installed"
    finally:
        chapter.cache_clear()


def test_a_link_names_the_chapter_and_may_name_a_heading() -> None:
    assert link("verify-only") == (f"{MANUAL}verify-only/", chapter("verify-only").title)
    assert link("security#what-protects-the-bill").url == f"{MANUAL}security/#what-protects-the-bill"
    with pytest.raises(KeyError):
        link("nowhere#at-all")
