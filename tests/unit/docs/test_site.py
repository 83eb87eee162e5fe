"""`make docs`: pages of the same files, in the order of the contents, and a dead link fails."""

import re
from pathlib import Path

import pytest
from scripts.make_docs import DOCS, gather, make

from tests.manual import ROOT
from watchword.web.pages.console.manual.chapters import NAMES, PARTS

# Of Sphinx and MyST among themselves.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated. Check CHANGES for Sphinx API modifications")

INDEX = (DOCS / "index.md").read_text("utf-8")


def parts_of(index: str) -> dict[str, tuple[str, ...]]:
    parts = re.split(r"^## (.+)$", index, flags=re.MULTILINE)[1:]
    linked = [tuple(re.findall(r"\]\((?:\.\./)?([A-Za-z-]+)\.md\)", text)) for text in parts[1::2]]
    return dict(zip(parts[::2], (tuple(name.lower() for name in names) for names in linked), strict=True))


def test_the_contents_have_the_parts_and_chapters_of_the_console() -> None:
    assert parts_of(INDEX) == PARTS


def test_the_sources_are_those_of_the_console(tmp_path: Path) -> None:
    (tmp_path / "manual").mkdir()
    (tmp_path / "manual" / "left-over.md").write_text("# Of an earlier run\n")
    gathered = gather(tmp_path / "manual")
    assert {path.stem for path in gathered.glob("*.md")} == NAMES | {"index"}
    assert (gathered / "changelog.md").read_bytes() == (ROOT / "CHANGELOG.md").read_bytes()


def manual(folder: Path, text: str) -> Path:
    """A small one, with a page `a` that leads to `b`."""
    folder.mkdir()
    (folder / "index.md").write_text("# Contents\n\n## Part\n\n[a](a.md) and [b](b.md)\n")
    (folder / "a.md").write_text(f"# A\n\n{text}\n")
    (folder / "b.md").write_text("# B\n\n## There it is\n\nText.\n")
    return folder


@pytest.mark.parametrize(
    "text",
    ["[dead](nowhere.md)", "[dead](b.md#nowhere)", "[dead](#nowhere)", "![dead](nowhere.png)", "```{nothing}\n```"],
)
def test_a_dead_link_or_anchor_fails(tmp_path: Path, text: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert make(manual(tmp_path / "in", text), tmp_path / "out", "dummy") != 0
    assert re.search(r"/a\.md:?[0-9]*: (WARNING|ERROR)", capfd.readouterr().err)


def test_links_to_other_pages_their_headings_and_elsewhere_are_good(tmp_path: Path) -> None:
    text = "[b](b.md), [there](b.md#there-it-is), [here](#a), [elsewhere](https://example.org/nowhere)"
    assert make(manual(tmp_path / "in", text), tmp_path / "out", "dummy") == 0


def test_a_page_that_the_contents_leave_out_fails(tmp_path: Path) -> None:
    folder = manual(tmp_path / "in", "Text.")
    (folder / "c.md").write_text("# Nobody leads here\n")
    assert make(folder, tmp_path / "out", "dummy") != 0


def test_the_gate_makes_them() -> None:
    """`make check` is a part of it (`.ci/run`)."""
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^docs: dev\n\t@\$\(BIN\)/python scripts/make_docs\.py$", makefile, re.MULTILINE)
    assert re.search(r"^check: dev docs$", makefile, re.MULTILINE)
