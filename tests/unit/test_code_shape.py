"""How the code is written, held against the code."""

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
ALL = sorted([*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])


def lines(file: Path) -> int:
    return len(file.read_text().splitlines())


@pytest.mark.parametrize("suffix", ["py", "html", "css", "js"])
def test_no_file_is_over_400_lines(suffix: str) -> None:
    files = [*(ROOT / "src").rglob(f"*.{suffix}"), *(ROOT / "tests").rglob(f"*.{suffix}")]
    assert {str(file.relative_to(ROOT)): lines(file) for file in files if lines(file) > 400} == {}


def test_half_of_the_files_are_under_80_lines() -> None:
    assert statistics.median(lines(file) for file in SOURCES) < 80


def test_nine_functions_in_ten_are_under_30_lines() -> None:
    lengths = [
        node.end_lineno - node.lineno + 1
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]
    assert sum(length < 30 for length in lengths) / len(lengths) >= 0.9


IMPORTED_WHEN_NEEDED = {
    "src/watchword/app.py",
    "src/watchword/bootstrap.py",
    "src/watchword/gateways/http_later.py",
    "src/watchword/storage/database.py",
    "src/watchword/storage/listening.py",
    "src/watchword/storage/schema.py",
    "src/watchword/web/areas.py",
}
"""What a server needs late or never, and would otherwise hold up its start; never to break a cycle."""


def test_nothing_is_imported_inside_a_function_but_what_would_hold_up_the_start() -> None:
    inside = {
        str(file.relative_to(ROOT))
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    assert inside == IMPORTED_WHEN_NEEDED


def test_tests_are_longer_than_the_code() -> None:
    code = sum(lines(file) for file in SOURCES)
    tests = sum(lines(file) for file in (ROOT / "tests").rglob("*.py"))
    assert tests >= 1.3 * code


def test_every_ignore_gives_its_reason() -> None:
    bare = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in ALL
        for number, line in enumerate(file.read_text().splitlines(), 1)
        for mark in ("# " + "noqa", "# " + "type: ignore")
        if mark in line and " - " not in line.split(mark)[1] and "# " not in line.split(mark)[1]
    ]
    assert bare == []
