"""Pages in a real browser, without a server: every request is answered from memory, under the real policy."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from watchword.web.headers import content_security_policy
from watchword.web.pages.static_files import STATIC

ORIGIN = "http://localhost"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
CHROMIUM = shutil.which("chromium")

NO_CONTENT = 204
"""The answer that leaves the browser on the page it was sent from (RFC 9110, 15.3.5)."""


@dataclass
class Site:
    """What is at each path; a form that is sent is kept, and not answered with a page."""

    context: BrowserContext
    pages: dict[str, str] = field(default_factory=dict)
    sent: list[dict[str, list[str]]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, html: str, path: str = "/page", **clock: Any) -> Page:
        page = self.context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if clock:
            page.clock.install(**clock)
        self.show(page, html, path)
        return page

    def show(self, page: Page, html: str, path: str = "/page") -> None:
        """On a page that is open already, which costs a third of a new one."""
        self.pages[path] = html
        page.goto(ORIGIN + path)

    def answer(self, route: Route, request: Request) -> None:
        path = urlsplit(request.url).path
        if request.method == "POST":
            self.sent.append(parse_qs(request.post_data or "", keep_blank_values=True))
            route.fulfill(status=NO_CONTENT)
        elif path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path in self.pages:
            headers = {"content-security-policy": content_security_policy(), "content-type": "text/html; charset=utf-8"}
            route.fulfill(body=self.pages[path], headers=headers)
        else:
            route.fulfill(status=404)


Visit = Callable[..., Site]


def visit(browser: Browser, **settings: Any) -> Site:
    """A browser of its own, as a phone unless `settings` say otherwise."""
    context = browser.new_context(**{"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"} | settings)
    context.set_default_timeout(15_000)
    site = Site(context)
    context.route("**/*", site.answer)
    return site
