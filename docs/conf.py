"""How Sphinx makes pages of this manual: `make docs`, which fails at a dead link or anchor.

The files are plain Markdown, for the console and code hosts show them too: what only Sphinx needs is added here.
"""

import re
from pathlib import Path
from typing import Any

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

HERE = Path(__file__).parent
CHANGELOG = HERE.parent / "CHANGELOG.md"

project = "Watchword"
release = version = re.findall(r"^## ([0-9.]+)", CHANGELOG.read_text("utf-8"), re.MULTILINE)[0]
extensions = ["myst_parser"]
root_doc = "index"
html_theme = "furo"
html_title = f"Watchword {release}"
html_show_copyright = html_show_sourcelink = html_copy_source = False
myst_heading_anchors = 4
nitpicky = True
suppress_warnings = ["myst.header"]
"""Of the changelog, whose headings may skip a level."""


def parts_of(index: str) -> dict[str, list[str]]:
    """The parts of the contents, each with the names that its links lead to."""
    parts = re.split(r"^## (.+)$", index, flags=re.MULTILINE)[1:]
    return {
        title: re.findall(r"\]\(([a-z-]+)\.md\)", text) for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


def contents(index: str) -> str:
    """The list of chapters beside each page, which Sphinx wants as directives."""
    blocks = (
        f"```{{toctree}}\n:hidden:\n:caption: {title}\n\n" + "\n".join(names) + "\n```\n"
        for title, names in parts_of(index).items()
    )
    return "\n" + "\n".join(blocks)


def _read(_: Sphinx, name: str, source: list[str]) -> None:
    source[0] = source[0].replace("](../CHANGELOG.md", "](changelog.md")
    if name == root_doc:
        source[0] += contents(source[0])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", _read)
    app.add_lexer("caddy", TextLexer)
    return {"parallel_read_safe": True}
