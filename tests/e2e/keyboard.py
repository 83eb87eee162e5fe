"""A visitor with a keyboard alone: the Tab key, and what is heard and seen where it stops."""

import re
from typing import NamedTuple

from playwright.sync_api import Page

MOST_TABS = 150
SKIP = "Skip to the content"
MENU = "DisclosureTriangle"
"""Chromium's name for the role of a `summary`."""

PROBLEMS = """(back) => {
  const at = document.activeElement, last = window.lastStop;
  const style = getComputedStyle(at), box = at.getBoundingClientRect(), found = [];
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  if (!outlined && style.boxShadow === "none") found.push("the focus cannot be seen");
  const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const there = document.elementFromPoint(x, y);
  if (!there || !(at.contains(there) || there.contains(at))) found.push("it is out of sight, or something covers it");
  if (last?.isConnected && last !== at) {
    const [before, after] = back ? [at, last] : [last, at];
    const [from, to] = [before.getBoundingClientRect(), after.getBoundingClientRect()];
    const follows = before.compareDocumentPosition(after) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (!follows) found.push("it comes before the stop before");
    const beside = to.left > from.right - 8 || to.right < from.left + 8;
    if (to.top < from.top - 8 && !beside) found.push("it stands above the stop before");
  }
  window.lastStop = at;
  return found;
}"""

FORGET = "() => { window.lastStop = null; }"

NOWHERE = "() => [document.body, document.documentElement, null].includes(document.activeElement)"
TOLD = """() => document.activeElement.matches("[role=alert], [aria-invalid=true]")"""


class Stop(NamedTuple):
    role: str
    name: str

    def fits(self, role: str, name: str) -> bool:
        """Fields say after their names that they are required."""
        return self.role == role and re.fullmatch(rf"{name}( \(required\))?", self.name) is not None


class Keyboard:
    """On a page that is open; `name` is a regular expression of the whole name, as a screen reader says it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._devtools = page.context.new_cdp_session(page)

    def arrive(self) -> None:
        """At a page just loaded: something has the focus already, or the first Tab offers the way past what all pages
        share, and it is taken."""
        # An address that names a part of its page begins there.
        if self.page.evaluate(NOWHERE) and not self.page.evaluate("location.hash"):
            self.page.keyboard.press("Tab")
            assert self.stop() == Stop("link", SKIP)
            self.page.keyboard.press("Enter")
            assert self.page.evaluate("document.activeElement.matches('main, [id=section]')")

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.arrive()

    def stop(self) -> Stop:
        """What has the focus, from the browser's own tree for screen readers."""
        element = self._devtools.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]
        found = self._devtools.send(
            "Accessibility.getPartialAXTree", {"objectId": element["objectId"], "fetchRelatives": False}
        )
        told = [node for node in found["nodes"] if not node["ignored"]]
        # A part that can be scrolled by keys is a stop without a name of its own.
        return Stop(told[0]["role"]["value"], told[0]["name"]["value"]) if told else Stop("none", "")

    def tab(self, *, back: bool = False) -> Stop | None:
        """The next stop, or None where the page ends. Fails where it cannot be seen, or where the order is not that of
        reading."""
        self.page.keyboard.press("Escape")  # An editor of code keeps the Tab key for itself until then.
        self.page.keyboard.press("Shift+Tab" if back else "Tab")
        if self.page.evaluate(NOWHERE):
            self.page.evaluate(FORGET)
            return None
        stop = self.stop()
        first = stop == Stop("link", SKIP)
        if first and not back:
            self.page.evaluate(FORGET)
        problems = self.page.evaluate(PROBLEMS, back)
        assert problems == [], (stop, problems)
        if first and back:
            self.page.evaluate(FORGET)
        return stop

    def go_to(self, role: str, name: str, *, back: bool = False) -> None:
        passed: list[Stop | None] = [self.stop()]
        while not (passed[-1] and passed[-1].fits(role, name)):
            passed.append(self.tab(back=back))
            assert len(passed) < MOST_TABS, (
                f"The Tab key does not reach {role} {name!r}, but {list(dict.fromkeys(passed))}"
            )

    def press(self, role: str, name: str, key: str = "Enter", *, back: bool = False) -> None:
        """Goes there and presses what is there; waits for the page that this leads to."""
        self.go_to(role, name, back=back)
        self.send(key)

    def send(self, key: str = "Enter") -> None:
        with self.page.expect_event("load"):
            self.page.keyboard.press(key)
        self.arrive()

    def give(self, name: str, text: str) -> None:
        self.go_to("textbox", name)
        self.type(text)

    def type(self, text: str) -> None:
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """With the arrow keys, as far down the list as it takes."""
        self.go_to("combobox", name)
        self.page.keyboard.press("Home")
        passed: list[str] = []
        while (at := self.page.evaluate("document.activeElement.value")) != value:
            assert at not in passed[-1:], (name, value, passed)
            passed.append(at)
            self.page.keyboard.press("ArrowDown")

    def tick(self, name: str) -> None:
        self.go_to("checkbox", name)
        self.page.keyboard.press("Space")
        assert self.page.evaluate("document.activeElement.checked"), name

    def is_told(self) -> bool:
        """Whether the focus is where an error is said: its summary, or the one field that is wrong."""
        return bool(self.page.evaluate(TOLD))

    def round(self, *, back: bool = False) -> list[Stop]:
        """All stops of the page, the first one last. Fails where the focus is trapped."""
        first = Stop("link", SKIP)
        self.go_to(*first, back=back)
        stops: list[Stop] = []
        while first not in stops:
            if stop := self.tab(back=back):
                stops.append(stop)
            assert len(stops) < MOST_TABS, stops[-5:]
        return stops


def sign_in(keys: Keyboard, username: str, password: str, path: str = "/") -> None:
    """Each field has the focus when its page opens."""
    keys.open(path)
    keys.page.keyboard.type(username)
    keys.send()
    keys.page.keyboard.type(password)
    keys.send()
