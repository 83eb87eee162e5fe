"""A chapter as HTML: its links lead to other chapters of the console, and what scrolls can be reached by key."""

from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.anchors import anchors_plugin

from watchword.web.pages.console.manual.chapters import MANUAL, NAMES, chapter

_ELSEWHERE = {"openapi.json": "/api/v3/schema/?format=json"}
"""Files of `docs/` that are no chapters, by where the server has them."""


@cache
def html_of(name: str) -> Markup:
    """Raises KeyError. Raw HTML of the file would be shown as text."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").use(anchors_plugin, max_level=4)
    tokens = markdown.parse(chapter(name).text)
    for token in _every(tokens):
        _settle(token)
    return Markup(markdown.renderer.render(list(_scrolling(tokens)), markdown.options, {}))  # noqa: S704 - see above


def _every(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or [])


def _settle(token: Token) -> None:
    if token.type == "link_open":
        token.attrs["href"] = target(str(token.attrs["href"]))
        if "://" in str(token.attrs["href"]):
            token.attrs |= {"rel": "noopener noreferrer", "target": "_blank"}
    elif token.type == "fence":
        token.attrs["tabindex"] = "0"


def _scrolling(tokens: list[Token]) -> Iterator[Token]:
    """A table that is wider than the page scrolls by itself (WCAG 2.1.1: by keys too), under a name of its own."""
    number = 0
    for token in tokens:
        if token.type == "table_open":
            number += 1
            region: dict[str, str | int | float] = {"class": "wide-table", "tabindex": "0", "role": "region"}
            yield Token("div_open", "div", 1, attrs=region | {"aria-label": f"Table {number}"}, block=True)
        yield token
        if token.type == "table_close":
            yield Token("div_close", "div", -1, block=True)


def target(link: str) -> str:
    """Where a link of a chapter leads here."""
    parts = urlsplit(link)
    if parts.scheme or not parts.path:
        return link
    name = parts.path.removeprefix("../").removesuffix(".md").lower()
    if name in NAMES:
        return f"{MANUAL}{name}/" + (f"#{parts.fragment}" if parts.fragment else "")
    return _ELSEWHERE.get(parts.path, MANUAL)
