"""An expression's body becomes a function, and nothing in it changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.expressions.program import HEADER_LINES, definition, program


def run(source: str) -> object:
    """In CPython: what is tested here is the wrapping alone."""
    found: list[object] = []
    exec(program(source), {"_finish": found.append})  # noqa: S102 - our own text
    return found[0]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("return 1", 1),
        ("x = 1\nreturn x + 1", 2),
        ("\n\n    x = 2\n    return x\n", 2),
        ("if True:\n    return 3\nreturn 4", 3),
        ("pass", None),
        ("# only a comment", None),
        ("x = 1\r\nreturn x", 1),
        ("return [\n1,\n  2]", [1, 2]),
        ("x = 1 + \\\n  2\nreturn x", 3),
        ("x = 1\n\x0creturn x", 1),
        ("if True:\n  \t\x0c  x = 4\nreturn x", 4),
        ("return 'a\x0cb'", "a\x0cb"),
    ],
)
def test_a_body_returns_at_its_top_level(source: str, value: object) -> None:
    assert run(source) == value


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_strings_over_several_lines_are_kept_to_the_letter(quotes: str) -> None:
    assert run(f"x = {quotes}one\n  two\nthree{quotes}\nreturn x") == "one\n  two\nthree"
    assert run(f"y = 5\nx = f{quotes}one {{y}}\n  two{quotes}\nreturn x") == "one 5\n  two"


@given(st.text(alphabet="ab \n\t'é😀", max_size=40))
def test_wrapping_never_changes_a_string(text: str) -> None:
    literal = text.replace("\\", "").replace("'", "")
    assert run(f"if True:\n    x = '''{literal}'''\nreturn x") == literal


def test_lines_are_those_of_the_administrator_after_the_header() -> None:
    source = "a = 1\nb = 2\nreturn nobody"
    lines = program(source).split("\n")
    assert lines[HEADER_LINES + 2].strip() == "return nobody"


def test_a_body_cannot_leave_its_function() -> None:
    wrapped = program("return 1\ndef other():\n    return 2")
    inside = [line for line in wrapped.split("\n")[1:-1] if line.strip()]
    assert all(line.startswith("    ") for line in inside)


def test_a_definition_is_the_program_without_its_call() -> None:
    for source in ("return 1", "x = '''\n a\n'''\nreturn x", "", "# nothing"):
        assert program(source) == f"{definition(source)}\n_finish(_expression())"
        assert "_finish" not in definition(source)
