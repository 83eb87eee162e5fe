"""Every check, and everything that can be found, is declared once."""

import ast
import re
from pathlib import Path

import pytest

from watchword.administration.doctor import checks, examine, unreadable
from watchword.administration.doctor.finding import Kind
from watchword.administration.doctor.registry import CHECKS

KINDS = [*(kind for check in CHECKS for kind in check.kinds), *examine.KINDS, *unreadable.KINDS]
FILES = sorted(Path(checks.__path__[0]).glob("[a-z]*.py"))


def test_codes_and_names_stand_once() -> None:
    codes = [kind.code for kind in KINDS]
    names = [check.name for check in CHECKS]
    assert len(codes) == len(set(codes))
    assert len(names) == len(set(names))
    assert [code for code in [*codes, *names] if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_each_says_what_it_means_and_how_it_is_mended(kind: Kind) -> None:
    assert kind.means.endswith(".")
    assert bool(kind.fix) == (kind.severity != "ok")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_kind_is_declared_that_no_list_has(file: Path) -> None:
    """Else it could be found, and no document would know of it."""
    tree = ast.parse(file.read_text())
    declared = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Kind"
        and isinstance(node.args[0], ast.Constant)
    }
    assert declared
    assert declared <= {kind.code for kind in KINDS}


def test_every_file_is_in_the_registry() -> None:
    used = {check.run.__module__.rpartition(".")[2] for check in CHECKS}
    assert used == {file.stem for file in FILES}


def test_every_check_has_a_time_limit_that_people_wait_for() -> None:
    assert all(0 < check.seconds <= 60 for check in CHECKS)
