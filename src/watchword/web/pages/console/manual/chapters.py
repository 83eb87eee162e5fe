"""The chapters of the manual: which there are, in which order, and where they are found."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from watchword.web.pages.console.sections import CONSOLE

MANUAL = f"{CONSOLE}docs/"

PARTS: dict[str, tuple[str, ...]] = {
    "Begin": ("tour", "faq"),
    "Send codes": ("twilio", "generic-gateway", "limiting-numbers", "verify-only", "second-factor"),
    "Set up": ("console", "blueprints", "gitops", "expressions", "api"),
    "Run": (
        "running",
        "operation",
        "faults",
        "doctor",
        "metrics",
        "performance",
        "migrating-from-authentik",
        "security",
        "upgrading",
        "changelog",
    ),
    "Look up": ("reference",),
}
"""Names of files, without `.md`. `docs/index.md` has the same parts, for code hosts and the pages that Sphinx makes."""

NAMES = frozenset(name for part in PARTS.values() for name in part)

INSTALLED = Path(str(files("watchword"))) / "manual"
"""Where a wheel has them; a checkout has them in `docs/`."""

CHECKOUT = Path(str(files("watchword"))).parents[1]


class Chapter(NamedTuple):
    name: str
    title: str
    text: str
    """Markdown, with its title."""

    @property
    def url(self) -> str:
        return f"{MANUAL}{self.name}/"


@cache
def chapter(name: str) -> Chapter:
    """Raises KeyError for a name that is none."""
    if name not in NAMES:
        raise KeyError(name)
    text = _file(name).read_text(encoding="utf-8")
    return Chapter(name, text.partition("\n")[0].lstrip("# "), text)


def _file(name: str) -> Path:
    if INSTALLED.is_dir():
        return INSTALLED / f"{name}.md"
    return CHECKOUT / "CHANGELOG.md" if name == "changelog" else CHECKOUT / "docs" / f"{name}.md"


class Link(NamedTuple):
    url: str
    title: str


def link(place: str) -> Link:
    """To `name` or `name#heading`; raises KeyError."""
    name, _, heading = place.partition("#")
    found = chapter(name)
    return Link(found.url + (f"#{heading}" if heading else ""), found.title)
