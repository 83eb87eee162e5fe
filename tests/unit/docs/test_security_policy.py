"""SECURITY.md names a test for each threat: it must be there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
POLICY = (ROOT / "SECURITY.md").read_text()
ROWS = [line for line in POLICY.splitlines() if line.startswith("| ") and "tests/" in line]


def test_each_threat_names_a_test_that_there_is() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", POLICY)
    assert len(ROWS) == len(named) > 20
    for file, function in named:
        tree = ast.parse((ROOT / file).read_text())
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        tests = {name for name in functions if name.startswith("test_")}
        assert tests, file
        assert not function or function in tests, f"{file}::{function}"


def test_the_manual_leads_to_it() -> None:
    assert "SECURITY.md" in (ROOT / "docs/security.md").read_text()
