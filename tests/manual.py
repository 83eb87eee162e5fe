"""The code blocks of the documents, as tests try them."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


class Block(NamedTuple):
    """`line` is its first, counted from 1; `text` is without the indentation of a list that it stands in."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@cache
def all_blocks() -> tuple[Block, ...]:
    """In the order of the pages."""
    markdown = MarkdownIt("commonmark").enable("table")
    return tuple(
        Block(page.name, token.map[0] + 1 if token.map else 0, token.info.strip(), token.content)
        for page in PAGES
        for token in markdown.parse(page.read_text("utf-8"))
        if token.type in ("fence", "code_block")
    )


def blocks(*languages: str, page: str = "") -> list[Block]:
    return [block for block in all_blocks() if block.language in languages and page in ("", block.page)]


def inline_code(page: Path) -> list[str]:
    """What stands between single backticks, line breaks as blanks."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))
    children = [child for token in tokens for child in token.children or []]
    return [child.content for child in children if child.type == "code_inline"]
