"""Fills in the tables of docs/expressions.md from the list of what expressions can use; a test compares the two."""

from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from watchword.expressions.reference.entry import Entry, Kind
from watchword.expressions.reference.helpers import HELPERS, MISSING
from watchword.expressions.reference.variables import VARIABLES

FILE = Path(__file__).parents[1] / "docs" / "expressions.md"

_RULE = "|---|---|\n"


def filled(text: str) -> str:
    """The page with the rows of each table, which stands under its heading, made anew."""
    for heading, entries in _tables().items():
        before, mark, section = text.partition(f"\n## {heading}\n")
        head, rule, table = section.partition(_RULE)
        old = "".join(takewhile(lambda line: line.startswith("|"), table.splitlines(keepends=True)))
        text = before + mark + head + rule + _rows(entries) + table.removeprefix(old)
    return text


def _tables() -> dict[str, tuple[Entry, ...]]:
    return {
        "Policies": _of("policy"),
        "Webhook mappings": _of("mapping"),
        "Prompts": _of("prompt"),
        "Helper functions": HELPERS,
        "In authentik, not here": MISSING,
    }


def _of(kind: Kind) -> tuple[Entry, ...]:
    return tuple(entry for entry in VARIABLES if kind in entry.kinds)


def _rows(entries: Iterable[Entry]) -> str:
    return "".join(f"| `{entry.shown}` | {entry.means}{_parts(entry)} |\n" for entry in entries)


def _parts(entry: Entry) -> str:
    return f" It has {', '.join(f'`{part}`' for part in entry.parts)}." if entry.parts else ""


if __name__ == "__main__":
    FILE.write_text(filled(FILE.read_text()))
