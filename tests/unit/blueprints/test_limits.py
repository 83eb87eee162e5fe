"""What would exhaust the server is refused, and quickly."""

import time
from collections.abc import Iterator

import pytest

from watchword.blueprints.nodes import MAX_BYTES, MAX_DEPTH, MAX_NODES, TOO_LARGE
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.reader import read


@pytest.fixture(autouse=True)
def quickly() -> Iterator[None]:
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < 20, "a refusal that takes this long is no protection"


def wrong(text: str) -> list[str]:
    with pytest.raises(BlueprintInvalid) as caught:
        read(text, "bomb.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_a_text_of_over_a_megabyte_is_refused() -> None:
    text = "entries: []\n# "
    padded = text + "x" * (MAX_BYTES - len(text))
    assert read(padded, "bomb.yaml").entries == ()
    assert wrong(padded + "x") == ["bomb.yaml: A blueprint has at most 1000000 bytes."]


def test_bytes_are_counted_not_characters() -> None:
    assert wrong("entries: []\n# " + "ü" * (MAX_BYTES // 2)) == ["bomb.yaml: A blueprint has at most 1000000 bytes."]


def laughs(levels: int, width: int = 9) -> str:
    lines = ["entries: []", "context:", "  a0: &a0 [lol]"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_a_billion_laughs_are_refused() -> None:
    (problem,) = wrong(laughs(levels=10))
    assert problem.endswith(TOO_LARGE)


def test_a_few_laughs_are_not() -> None:
    assert len(read(laughs(levels=4), "file.yaml").context["a3"]) == 9


def test_a_bomb_in_an_entry_is_told_once() -> None:
    anchors = "\n".join([f"  a{n}: &a{n} {{x: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 9)])
    entry = "  - {model: a.b, identifiers: {name: *a8}}\n"
    text = f"context:\n  a0: &a0 [lol]\n{anchors}\nentries:\n{entry * 5}"
    assert len(wrong(text)) == 1


def test_merges_that_double_are_refused() -> None:
    """Each level merges the one below it twice: forty levels would be 2**40 steps."""
    lines = ["entries: []", "context:", "  a0: &a0 {k: v}"]
    lines += [f"  a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 35)]
    (problem,) = wrong("\n".join(lines))
    assert problem.endswith(TOO_LARGE)


@pytest.mark.parametrize(
    "text",
    [
        "entries: []\ncontext: &a {b: *a}",
        "entries: []\ncontext: &a {b: [*a]}",
        "entries: []\ncontext: &a {<<: *a}",
        "entries: []\ncontext: {a: &a [*a]}",
        "entries: []\ncontext: {a: &a !If [*a]}",
        "entries:\n- &a {model: a.b, identifiers: *a}",
        "entries:\n- &a {<<: *a}",
        "&a {entries: [], <<: *a}",
    ],
)
def test_what_contains_itself_is_refused(text: str) -> None:
    (problem,) = wrong(text)
    assert problem.endswith(TOO_LARGE)


def test_sections_that_contain_themselves_are_refused() -> None:
    assert wrong("entries: &a {b: *a}") == ["bomb.yaml:1: Entries are a list, or sections of lists."]


@pytest.mark.parametrize(("open_", "close"), [("[", "]"), ("{a: ", "}"), ("!If [", "]")])
@pytest.mark.parametrize("depth", [MAX_DEPTH * 2, 20_000])
def test_deep_nesting_is_refused(open_: str, close: str, depth: int) -> None:
    (problem,) = wrong(f"entries: []\ncontext: {{x: {open_ * depth}1{close * depth}}}")
    assert problem.endswith(TOO_LARGE)


def test_deep_nesting_that_is_never_closed_is_refused() -> None:
    assert len(wrong("[" * 100_000)) == 1


def test_some_nesting_is_fine() -> None:
    depth = MAX_DEPTH - 3
    assert read(f"entries: []\ncontext: {{x: {'[' * depth}1{']' * depth}}}", "file.yaml").context


def test_too_many_values_are_refused() -> None:
    text = "entries: []\ncontext: {x: [" + "1," * (MAX_NODES + 1) + "]}"
    (problem,) = wrong(text)
    assert problem.endswith(TOO_LARGE)


@pytest.mark.parametrize(
    ("text", "line"),
    [("entries: []\nname: a\x00b", 2), ("\x00", 1), ("entries:\n\n- \x07", 3), ("entries: []\n\n\n# \ud800", 4)],
)
def test_characters_that_no_text_has_are_refused_at_their_line(text: str, line: int) -> None:
    assert wrong(text) == [f"bomb.yaml:{line}: This is no valid YAML: a character that no text has."]


def test_a_tab_as_indentation_is_refused_at_its_line() -> None:
    (problem,) = wrong("version: 1\nentries:\n\t- model: a.b")
    assert problem.startswith("bomb.yaml:3: This is no valid YAML: found character '\\t'")


def test_a_tab_within_a_text_is_kept() -> None:
    text = "entries: []\ncontext:\n  code: |\n    if x:\n    \treturn\n"
    assert read(text, "file.yaml").context["code"] == "if x:\n\treturn\n"


def test_a_long_text_that_is_repeated_by_aliases_is_refused() -> None:
    """Of less than a megabyte, it would be ten gigabytes."""
    (problem,) = wrong(f"entries: []\ncontext: {{long: &long {'x' * 800_000}, all: [{'*long, ' * 20_000}]}}")
    assert problem.endswith(TOO_LARGE)


def test_a_long_text_that_is_repeated_a_few_times_is_not() -> None:
    text = f"entries: []\ncontext: {{long: &long {'x' * 800_000}, all: [*long, *long, *long]}}"
    assert len(read(text, "file.yaml").context["all"]) == 3
