"""Every page that links lead to from a few others, one of each kind."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page

MOST_KINDS = 200

UNLIKE = re.compile(r"(?<=/)(?:[0-9]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=/|$)")
"""A part of a path by which only objects differ, and not pages."""

OF_THE_WAY = frozenset({"back", "flow"})
"""Parameters that say where somebody comes from."""

LEFT_ALONE = re.compile(r"/(?:if/flow|flows)/")
"""Flows: to open one is to begin it."""

AS_A_BROWSER = {"accept": "text/html"}

LINKS = "() => [...document.querySelectorAll('a[href]')].map((link) => link.href)"


def kind(url: str) -> str:
    """What pages of one kind have in common."""
    address = urlsplit(url)
    names = sorted({name for name, _ in parse_qsl(address.query, keep_blank_values=True)} - OF_THE_WAY)
    return UNLIKE.sub("*", address.path) + "".join(f"?{name}" for name in names)


def crawl(page: Page, base: str, start: Iterable[str], look: Callable[[str], None]) -> set[str]:
    """Calls `look` with the kind of each page once it is open; returns the kinds. No link may lead nowhere."""
    waiting, seen = [base + path for path in start], set[str]()
    while waiting:
        url = waiting.pop(0)
        if (this := kind(url)) in seen or not url.startswith(f"{base}/") or LEFT_ALONE.match(urlsplit(url).path):
            continue
        seen.add(this)
        assert len(seen) <= MOST_KINDS, f"The last of many: {this}"
        answer = page.request.get(url, headers=AS_A_BROWSER)
        assert answer.ok, (this, answer.status)
        if answer.headers["content-type"].startswith("text/html"):
            page.goto(url)
            look(this)
            waiting += page.evaluate(LINKS)
    return seen
