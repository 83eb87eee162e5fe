"""Fields that hold an expression, and the line of one that is wrong."""

import pytest

from watchword.model.base import ConfigObject
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot
from watchword.web.pages.console.code import Code, CodeLine, code_of, without_leading_lines
from watchword.web.pages.console.control import Control
from watchword.web.pages.console.controls import Choices, fieldsets

LINES = "a = 1\nb = 2\nc = (\nd = 4\ne = 5\nf = 6"


def of_policy(text: str, marked: int | None = None) -> Code:
    code = code_of("expression", {"name", "expression"}, {}, text, marked)
    assert code is not None
    return code


def control(cls: type[ConfigObject], name: str, /, **given: object) -> Control:
    made = fieldsets(cls, given, Choices(Snapshot()), {}, stored=frozenset())
    [found] = [control for fieldset in made for control in fieldset.controls if control.name == name]
    return found


def test_the_line_that_does_not_parse_is_shown_with_two_around_it() -> None:
    code = of_policy(LINES)
    assert code.line == 3
    assert code.excerpt == (
        CodeLine(1, "a = 1", False),
        CodeLine(2, "b = 2", False),
        CodeLine(3, "c = (", True),
        CodeLine(4, "d = 4", False),
        CodeLine(5, "e = 5", False),
    )


@pytest.mark.parametrize(("line", "numbers"), [(1, [1, 2, 3]), (2, [1, 2, 3, 4]), (6, [4, 5, 6]), (9, [])])
def test_at_the_ends_there_is_less_around_it(line: int, numbers: list[int]) -> None:
    good = LINES.replace("(", "3")
    assert [one.number for one in of_policy(good, line).excerpt] == numbers


def test_what_parses_has_no_mark_unless_it_failed_when_it_ran() -> None:
    assert of_policy("return True") == Code()
    assert of_policy("") == Code()
    assert of_policy("x = 1\nreturn x.y", 2).line == 2
    assert of_policy("return (", 7).line == 1, "what does not parse did not run"


@pytest.mark.parametrize(
    ("text", "kept"),
    [("\n\n  a\n b\n", "  a\n b\n"), ("a", "a"), ("", ""), ("\r\n\ra\r\nb", "a\nb"), (" \n\t\na", "a")],
)
def test_lines_are_counted_from_the_first_that_says_something(text: str, kept: str) -> None:
    assert without_leading_lines(text) == kept


def test_the_form_counts_as_the_message_does() -> None:
    shown = control(ExpressionPolicy, "expression", expression="\n\n\nx = 1\nreturn (")
    assert shown.value == "x = 1\nreturn ("
    assert shown.code is not None
    assert shown.code.line == 2


def test_a_prompts_texts_are_expressions_where_the_box_says_so() -> None:
    plain = control(Prompt, "placeholder", placeholder="a (", placeholder_expression=False)
    assert plain.code == Code(switch="placeholder_expression", on=False)
    ticked = control(Prompt, "initial_value", initial_value="return (", initial_value_expression=True)
    assert ticked.code is not None
    assert (ticked.code.on, ticked.code.line, ticked.code.switch) == (True, 1, "initial_value_expression")


def test_other_fields_are_no_code() -> None:
    assert control(ExpressionPolicy, "name", name="return (").code is None
    assert control(Prompt, "sub_text", sub_text="return (").code is None
    assert code_of("message", {"message"}, {}, "return (", 1) is None


@pytest.mark.parametrize("text", ["(" * 5000, "\x00", "return '\ud800'", "x\n" * 20_000 + "("])
def test_no_text_is_too_much(text: str) -> None:
    code = of_policy(text)
    assert len(code.excerpt) <= 5
