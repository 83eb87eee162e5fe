"""The words of a message: placeholders and nothing else, and the line that binds the code to our site."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.gateways.segments import count
from watchword.gateways.text import DEFAULT_TEMPLATE, compose, template_problems

HOST = "sms.example.org"
CODE = "042917"
LINE = f"@{HOST} #{CODE}"


def composed(template: str = "", host: str = HOST) -> str:
    return compose(template, code=CODE, host=host, minutes=5)


def test_the_default_names_host_code_and_minutes_and_ends_with_the_bound_line() -> None:
    sentence = f"Your code for {HOST} is {CODE}. It is valid for 5 minutes."
    assert composed() == composed(DEFAULT_TEMPLATE) == f"{sentence}\n\n{LINE}"


def test_the_bound_line_is_the_last_and_stands_alone() -> None:
    assert composed("{code}").splitlines() == [CODE, "", LINE]


def test_the_bound_line_is_left_out_where_it_would_cost_a_segment() -> None:
    room = 160 - len(f"{CODE}\n\n{LINE}")
    assert composed("{code}" + "a" * room).endswith(LINE)
    assert composed("{code}" + "a" * (room + 1)) == CODE + "a" * (room + 1)


def test_the_bound_line_is_left_out_of_a_text_in_ucs_2() -> None:
    assert composed("Код {code}") == f"Код {CODE}"


def test_a_template_that_has_the_line_gets_no_second() -> None:
    assert composed("Code {code}\n\n@{host} #{code}\n") == f"Code {CODE}\n\n{LINE}"


@pytest.mark.parametrize("template", ["@{host} #{code}", "@{host} #{code}\n", "Code {code}\r\n\r\n@{host} #{code}\r\n"])
def test_a_template_that_is_the_line_or_comes_from_a_browsers_form_gets_no_second_either(template: str) -> None:
    text = composed(template)
    assert text.count(LINE) == 1
    assert text.endswith(LINE)


@pytest.mark.parametrize("template", ["{code} @{host} #{code}", "@{host} #{code}\nis your code", "@{host} #{code}0"])
def test_what_only_looks_like_the_line_does_not_stand_for_it(template: str) -> None:
    """Phones read the last line alone, and it must be nothing else."""
    text = composed(template)
    assert text.endswith(f"\n\n{LINE}")
    assert text.count(LINE) == 2


def test_doubled_braces_are_braces() -> None:
    assert composed("{{code}} {code} {{{code}}}").splitlines()[0] == f"{{code}} {CODE} {{{CODE}}}"


def test_values_are_not_read_as_templates() -> None:
    assert composed("{host}: {code}", host="{minutes}").splitlines()[0] == f"{{minutes}}: {CODE}"


@pytest.mark.parametrize("template", [DEFAULT_TEMPLATE, "{code}", "{{x}} {code}", "{code}{code} {host}{minutes}"])
def test_good_templates_have_no_problems(template: str) -> None:
    assert template_problems(template) == []


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("", "must contain {code}"),
        ("Hello", "must contain {code}"),
        ("{{code}}", "must contain {code}"),
        ("{code} {name}", "{name} means nothing"),
        ("{code} {}", "{} means nothing"),
        ("{code} {0}", "{0} means nothing"),
        ("{code} {", "A lone {"),
        ("{code} }", "A lone }"),
        ("{code} { host }", "{ host } means nothing"),
        ("{code} {Host}", "{Host} means nothing"),
        ("{code} {codes}", "{codes} means nothing"),
        ("{CODE}{code}", "{CODE} means nothing"),
        ("{code} {{minutes}", "A lone }"),
        ("{code} {minutes}}", "A lone }"),
        ("{code} {hos\nt}", "{hos\nt} means nothing"),
    ],
)
def test_what_is_wrong_is_named(template: str, named: str) -> None:
    (problem,) = template_problems(template)
    assert named in problem


@pytest.mark.parametrize("trick", ["{code.__class__}", "{code!r}", "{code:>999999999}", "{host[0]}", "{code:{host}}"])
def test_a_template_cannot_reach_into_objects_or_fill_the_memory(trick: str) -> None:
    assert template_problems("{code} " + trick)
    assert len(composed("{code} " + trick)) < 100


def test_all_that_is_wrong_is_named_at_once() -> None:
    problems = template_problems("{name} } {minute} {{code}}")
    assert [problem.split(" means")[0] for problem in problems[:-1]] == ["{name}", "A lone }", "{minute}"]
    assert problems[-1] == "The message must contain {code}."


def test_a_placeholder_that_means_nothing_stays_as_it_was_written() -> None:
    assert composed("{name} {code}").splitlines()[0] == f"{{name}} {CODE}"


PIECES = {"{code}": CODE, "{host}": HOST, "{minutes}": "5", "{{": "{", "}}": "}", "code": "code", " ": " ", "%s": "%s"}


@given(st.lists(st.sampled_from(sorted(PIECES)), max_size=30).map(lambda pieces: [*pieces, "{code}"]))
@settings(max_examples=100)
def test_placeholders_are_whole_names_whatever_stands_next_to_them(pieces: list[str]) -> None:
    template = "".join(pieces)
    assert template_problems(template) == []
    text = "".join(PIECES[piece] for piece in pieces)
    assert composed(template) in (text, f"{text}\n\n{LINE}")


@given(st.text(max_size=300))
def test_any_template_is_composed_and_a_good_one_holds_the_code(template: str) -> None:
    text = composed(template)
    if template and not template_problems(template):
        assert CODE in text


@given(st.text(st.sampled_from("{}codehstminu :!."), max_size=40))
def test_a_template_without_problems_leaves_no_placeholder(template: str) -> None:
    plain = template.replace("{{", "").replace("}}", "")
    if not template_problems(template) and plain == template:
        assert not set("{}") & set(composed(template))


@given(st.text(max_size=200).map(lambda text: text + "{code}"))
def test_the_bound_line_never_adds_a_segment(template: str) -> None:
    text = composed(template)
    if text.endswith(f"\n\n{LINE}"):
        assert count(text).segments == 1
