"""The tags that look something up."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.blueprints.bench import HEAD, Bench, flow
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.reader import read
from watchword.blueprints.tag import MAX_FILE_BYTES, Given, Scope, read_file, resolve
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import PolicyBinding

ENV = {"NAME": "value", "EMPTY": ""}


def resolved(text: str, **given: Any) -> Any:
    """What the context's key `value` comes to."""
    blueprint = read(f"entries: []\ncontext:\n  value: {text}\n  other: seen\n  list: [1, 2]\n", "file.yaml")
    scope = Scope(Given(env=ENV, **given), blueprint.context)
    scope.ids["known"] = "its pk"
    return resolve(blueprint.context["value"], scope)


def wrong(text: str, **given: Any) -> str:
    with pytest.raises(BlueprintInvalid) as caught:
        resolved(text, **given)
    (problem,) = caught.value.problems
    assert problem.place.line == 3
    return problem.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Env NAME", "value"),
        ("!Env [NAME, fallback]", "value"),
        ("!Env EMPTY", None),
        ("!Env [EMPTY, fallback]", "fallback"),
        ("!Env GONE", None),
        ("!Env [GONE, 5]", 5),
        ("!Env [GONE, !Context other]", "seen"),
        ("!Env [!Context gone, fallback]", "fallback"),
        ("!Context other", "seen"),
        ("!Context [other, fallback]", "seen"),
        ("!Context gone", None),
        ("!Context [gone, [a, !Context other]]", ["a", "seen"]),
        ("!Context list", [1, 2]),
        ("!KeyOf known", "its pk"),
        ("{a: [!Env NAME, {b: !Context other}]}", {"a": ["value", {"b": "seen"}]}),
    ],
)
def test_a_tag_gives_way_to_its_value(text: str, expected: object) -> None:
    assert resolved(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("!KeyOf gone", '!KeyOf "gone" names no earlier entry.'),
        ("!KeyOf [a, b]", "!KeyOf takes 1 value, not 2."),
        ("!KeyOf [!Env NAME]", "!KeyOf takes the id of an earlier entry."),
        ("!Env []", "!Env takes 1 to 2 values, not 0."),
        ("!Context [a, b, c]", "!Context takes 1 to 2 values, not 3."),
        ("!Find [a.b]", "!Find takes 2 or more values, not 1."),
        ("!Find a.b", "!Find takes 2 or more values, not 1."),
        ("!Find [a.b, [c]]", "!Find is written [app.model, [field, value], ...]."),
        ("!Find [a.b, c, d]", "!Find is written [app.model, [field, value], ...]."),
        ("!Find [[a.b], [c, d]]", "!Find is written [app.model, [field, value], ...]."),
        ("!Find [a.b, [[c], d]]", "!Find is written [app.model, [field, value], ...]."),
        ("!Find [a.b, [c, d]]", "!Find cannot be used here."),
        ("!Context value", "!Context leads back to itself."),
        ("!Context [!Context value, 1]", "!Context leads back to itself."),
        ("[{a: !Context value}]", "!Context leads back to itself."),
    ],
)
def test_a_tag_that_is_wrong_says_so(text: str, problem: str) -> None:
    assert wrong(text) == problem


def test_a_context_may_be_asked_twice() -> None:
    assert resolved("[!Context other, !Context other]") == ["seen", "seen"]


def test_a_file_is_read_without_the_blanks_around_it(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("  the secret\n\n")
    assert resolved(f"!File {tmp_path}/secret") == "the secret"
    assert resolved(f"!File [{tmp_path}/secret, other]") == "the secret"


def test_a_file_that_cannot_be_read_is_an_error_without_a_default(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "large").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    for path in (tmp_path / "gone", tmp_path, tmp_path / "binary", tmp_path / "large"):
        assert wrong(f"!File {path}") == "!File cannot read this file."
        assert resolved(f"!File [{path}, the default]") == "the default"


def test_a_file_as_large_as_allowed_is_read(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * MAX_FILE_BYTES)
    assert len(read_file(str(tmp_path / "large"))) == MAX_FILE_BYTES


def test_reading_files_can_be_taken_away() -> None:
    def refuse(path: str) -> str:
        raise PermissionError(path)

    assert wrong("!File /etc/hostname", read_file=refuse) == "!File cannot read this file."


def test_what_is_given_shows_nothing_of_the_environment() -> None:
    assert "value" not in repr(Given(env=ENV))


FLOWS = HEAD + flow("one") + flow("two")
STAGES = """\
  - model: authentik_stages_deny.denystage
    id: deny
    identifiers: {name: deny}
  - model: authentik_flows.flowstagebinding
    identifiers:
      target: !Find [Authentik_Flows.Flow, [slug, !Context which]]
      stage: !KeyOf deny
      order: 1
"""


async def test_find_finds_what_was_there_before_and_what_this_file_makes(bench: Bench) -> None:
    await bench.apply(FLOWS, context={"which": "one"})
    await bench.apply(HEAD + STAGES, context={"which": "one"})
    await bench.apply(HEAD + flow("three") + STAGES, context={"which": "three"})
    wanted = {(await bench.one(Flow, slug=slug)).pk for slug in ("one", "three")}
    assert {binding.target for binding in await bench.every(FlowStageBinding)} == wanted


async def test_find_that_finds_nothing_is_null_and_null_is_no_reference(bench: Bench) -> None:
    assert await bench.problems(FLOWS + STAGES, context={"which": "four"}) == [
        "test.yaml:22: authentik_flows.flowstagebinding: target: This is empty, and needs a value."
    ]


@pytest.mark.parametrize(
    ("find", "problem"),
    [
        ("[a.b, [slug, one]]", "!Find names a model that Watchword has not."),
        (
            "[authentik_core.user, [email, a@b.c]]",
            "!Find finds a authentik_core.user by pk, username.",
        ),
        ("[authentik_core.group, [users, 1]]", "!Find finds a authentik_core.group by pk, name."),
    ],
)
async def test_find_says_what_it_does_not_know(bench: Bench, find: str, problem: str) -> None:
    text = HEAD + flow("x", title=f"!Find {find}")
    assert await bench.problems(text) == [f"test.yaml:8: authentik_flows.flow: title: {problem}"]


@pytest.mark.parametrize(
    "pair", ["[slug, five]", "[slug, null]", '[slug, "\\0"]', "[pk, 5]", "[pk, one]", "[slug, [a]]"]
)
async def test_find_finds_nothing_by_what_cannot_be(bench: Bench, pair: str) -> None:
    await bench.apply(FLOWS)
    text = HEAD + flow("x", title=f'!If [!Find [authentik_flows.flow, {pair}], "found", "nothing"]')
    await bench.apply(text)
    assert (await bench.one(Flow, slug="x")).title == "nothing"


async def test_find_needs_all_pairs_to_fit(bench: Bench) -> None:
    await bench.apply(FLOWS)
    both = "[authentik_flows.flow, [slug, one], [designation, {}]]"
    answers = [f'!If [!Find {both.format(word)}, "found", "nothing"]' for word in ("authentication", "recovery")]
    await bench.apply(HEAD + flow("x", title=answers[0]) + flow("y", title=answers[1]))
    assert [(await bench.one(Flow, slug=slug)).title for slug in "xy"] == ["found", "nothing"]


async def test_key_of_a_flow_or_a_stage_binding_is_a_policy_bindings_target(bench: Bench) -> None:
    text = (
        HEAD
        + "  - {id: p, model: authentik_policies_expression.expressionpolicy, identifiers: {name: p},"
        + " attrs: {expression: return True}}\n"
        + flow("one").replace("- model", "- id: f\n    model")
        + STAGES.replace("- model: authentik_flows.f", "- id: b\n    model: authentik_flows.f")
        + "  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf f, policy: !KeyOf p, order: 0}}\n"
        + "  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf b, policy: !KeyOf p, order: 0}}\n"
    )
    await bench.apply(text, context={"which": "one"})
    targets = {bound.target for bound in await bench.every(PolicyBinding)}
    assert targets == {(await bench.one(Flow)).pk, (await bench.one(FlowStageBinding)).pk}


async def test_the_context_given_goes_over_the_files_own(bench: Bench) -> None:
    text = "version: 1\ncontext: {titles: {one: file, two: file}}\nentries:\n"
    text += flow("one", title="!Format ['%s', !Context titles]")
    await bench.apply(text, context={"titles": {"two": "given"}})
    assert (await bench.one(Flow)).title == "{'one': 'file', 'two': 'given'}"
