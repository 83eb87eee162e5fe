"""Expressions: whether they parse, and how their source becomes a body."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.model.syntax import as_body, syntax_problem

BODY = "if request.user:\n    return True\nreturn False"


@pytest.mark.parametrize(
    "source",
    [
        BODY,
        f"{BODY}\n",
        f"\n\n{BODY}\n\n",
        f"   \n\t\n{BODY}\n   ",
        textwrap.indent(BODY, "    "),
        textwrap.indent(BODY, "\t"),
        f"\n{textwrap.indent(BODY, '        ')}\n    ",
        BODY.replace("\n", "\r\n"),
        BODY.replace("\n", "\r"),
    ],
)
def test_indentation_and_outer_blank_lines_fall_away(source: str) -> None:
    assert as_body(source) == BODY
    assert syntax_problem(source) is None


@pytest.mark.parametrize("indent", ["  ", "    ", "\t"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n  "])
def test_a_first_line_that_lost_its_indent_is_mended(indent: str, end: str) -> None:
    stripped = textwrap.indent("number = 1\nreturn number", indent).strip() + end
    assert as_body(stripped) == "number = 1\nreturn number"
    assert syntax_problem(stripped) is None


def test_a_block_whose_first_line_lost_its_indent_is_mended() -> None:
    stripped = textwrap.indent(BODY, "        ").strip()
    assert syntax_problem(stripped) is None
    assert as_body(stripped).splitlines()[::2] == ["if request.user:", "return False"]


def test_a_source_that_parses_is_not_mended() -> None:
    source = 'return """\n    a\n    b"""'
    assert as_body(source) == source


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x0c", "\x0b", "\x85", "\x1c"])
def test_marks_that_are_no_line_break_in_python_stay_inside_literals(mark: str) -> None:
    source = f"return 'a{mark}b'"
    assert as_body(source) == source
    assert syntax_problem(source) is None


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n",
        "# only a remark",
        "return",
        "return True",
        "return {'a': 1}",
        "pass",
        "def f():\n    return 1\nreturn f()",
        "for x in range(3):\n    if x:\n        return x",
        "try:\n    return 1\nexcept Exception:\n    return 2",
        "return [x for x in (1, 2)]",
        "return r'\\d+'",
    ],
)
def test_these_parse(source: str) -> None:
    assert syntax_problem(source) is None


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("return (", "line 1"),
        ("a = 1\nreturn a b", "line 2"),
        ("if True\n    return 1", "line 1"),
        ("x = 1\n\n\nclass A:\n    return 1", "line 5"),
        ("break", "line 1"),
        ("x = 1\nawait x", "line 2"),
        ("nonlocal x", "line 1"),
        ("from os import *", "line 1"),
        ("return 'a", "line 1"),
        ("\n \r\nx = 1\nx = (", "line 4"),
    ],
)
def test_a_problem_says_what_and_where(source: str, where: str) -> None:
    problem = syntax_problem(source)
    assert problem is not None
    assert where == f"line {problem.line}"
    assert f"({where}, column " in problem.said


@pytest.mark.parametrize("source", ["return \ud800", "\0", "(" * 5000, "-" * 200_000 + "1", "x." * 20_000 + "y"])
def test_hostile_sources_are_problems_and_not_crashes(source: str) -> None:
    assert syntax_problem(source)


@given(st.text())
def test_no_text_raises(source: str) -> None:
    problem = syntax_problem(source)
    assert problem is None or problem


@given(st.text(alphabet="ab=1 \n\t:(){}'\"#\r", max_size=40))
def test_a_body_is_its_own_body(source: str) -> None:
    body = as_body(source)
    assert body == body.rstrip()
    assert as_body(body) == body
