"""Which tests a worker takes next: a file's tests on one database at a time, the longest first.

A file stays with one worker, so that a server is started once for it; and nobody begins with a minute's work when all
others are done.
"""

import re

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # it ships no types

LONGEST = (
    "tests/e2e/test_malformed_api.py",
    "tests/e2e/test_accessibility.py",
    "tests/e2e/test_console_by_keyboard.py",
    "tests/unit/web/pages/test_every_page_in_browser.py",
    "tests/e2e/test_openapi.py",
    "tests/e2e/test_browser.py",
    "tests/e2e/test_second_factor_in_browser.py",
    "tests/faults/test_kill_9.py",
    "tests/e2e/test_api_scenario.py",
    "tests/e2e/test_console.py",
    "tests/e2e/test_code_editor.py",
    "tests/e2e/test_api_documents.py",
)
"""As measured; then whatever else starts servers, then the rest."""

SLOW = ("tests/e2e/", "tests/faults/")

LAST = "tests/races/"
"""Its replicas live until a worker's end, and other tests count their process's children."""

_KIND = re.compile(r"\[.*?\b(sqlite|postgresql)\b")


def urgency(file: str) -> int:
    """The less, the earlier."""
    if file in LONGEST:
        return LONGEST.index(file)
    if file.startswith(LAST):
        return len(LONGEST) + 2
    return len(LONGEST) + (not file.startswith(SLOW))


class InPieces(LoadScopeScheduling):  # type: ignore[misc] # the same
    """In the order of the collection, not by the number of tests."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        kind = _KIND.search(nodeid)
        return f"{file} {kind[1]}" if kind else file
