"""An entry that applies another blueprint in its place."""

from typing import Any

import pytest

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from tests.unit.blueprints.bench import HEAD, NOW, Bench, flow
from watchword.blueprints.library import META
from watchword.model.flow import Flow
from watchword.passwords import verify_password
from watchword.storage.blueprint_instances import BlueprintInstance, create_instance
from watchword.storage.users import find_user

FOUND_BY = "A blueprint is found by name, path, pk."


def other(identifiers: str, required: str = "true") -> str:
    return f"  - model: {META}\n    attrs:\n      identifiers: {identifiers}\n      required: {required}\n"


async def keep(bench: Bench, name: str, entries: str, **values: Any) -> BlueprintInstance:
    return await bench.database.run(create_instance, now=NOW, name=name, content=HEAD + entries, **values)


@pytest.mark.parametrize(
    "identifiers", ["{name: default}", "{name: Watchword - default sign-in}", "{path: default.yaml}"]
)
async def test_one_that_comes_along_is_applied_in_place(bench: Bench, identifiers: str) -> None:
    text = HEAD + other(identifiers) + flow("mine", title='!Format ["%s", !Find [authentik_flows.flow, [slug, S]]]')
    lines = await bench.apply(text.replace("slug, S", "slug, default-authentication-flow"))
    assert [lines[0].action, lines[0].model, lines[0].label] == ["applied", META, "default"]
    assert {line.action for line in lines[1:]} == {"created"}
    sign_in = await bench.one(Flow, slug="default-authentication-flow")
    assert (await bench.one(Flow, slug="mine")).title == sign_in.pk


async def test_one_that_is_kept_is_applied_with_its_own_context(bench: Bench) -> None:
    kept = await keep(bench, "kept", flow("kept", title="!Context [title, none]"), context={"title": "its own"})
    for identifiers in ("{name: kept}", f"{{pk: {kept.pk}}}", f"{{name: kept, pk: {kept.pk}}}"):
        assert [line.action for line in await bench.apply(HEAD + other(identifiers), context={"title": "mine"})]
        assert (await bench.one(Flow)).title == "its own"


async def test_one_that_is_kept_by_its_path_is_the_one_that_comes_along(bench: Bench) -> None:
    await bench.database.run(create_instance, now=NOW, name="sign-in", path="unenrollment.yaml")
    assert (await bench.apply(HEAD + other("{name: sign-in}")))[0].label == "sign-in"
    assert (await bench.one(Flow)).slug == "default-unenrollment-flow"


async def test_ids_are_those_of_one_file(bench: Bench) -> None:
    await keep(bench, "kept", flow("kept").replace("- model", "- id: same\n    model"))
    text = HEAD + other("{name: kept}") + flow("mine", title="!KeyOf same")
    assert await bench.problems(text) == [
        'test.yaml:12: authentik_flows.flow: title: !KeyOf "same" names no earlier entry.'
    ]


async def test_a_password_in_it_is_hashed(bench: Bench) -> None:
    user = "  - {model: authentik_core.user, identifiers: {username: U}, attrs: {password: P}}\n"
    await keep(bench, "kept", user.replace("U", "mia").replace("P", "her own secret"))
    await keep(bench, "outer", other("{name: kept}") + user.replace("U", "leo").replace("P", "his own secret"))
    text = HEAD + user.replace("U", "eva").replace("P", "a third secret") + other("{name: outer}")
    await bench.apply(text)
    for name, password in (("mia", "her own secret"), ("leo", "his own secret"), ("eva", "a third secret")):
        found = await bench.database.read(find_user, username=name)
        assert found is not None
        assert verify_password(found.password_hash, password)
    assert {line.action for line in await bench.apply(text)} <= {"applied", "unchanged"}


async def test_one_that_is_not_there_is_an_error_or_told(bench: Bench) -> None:
    gone = "{name: Default - Password change flow}"
    assert await bench.problems(HEAD + other(gone)) == [
        f'test.yaml:5: {META}: identifiers: There is no blueprint "Default - Password change flow" here.'
    ]
    (line,) = await bench.apply(HEAD + other(gone, "false"))
    assert (line.action, line.label) == ("skipped", "Default - Password change flow")
    assert line.advice[0].message == "There is no such blueprint here, and it is not required."


async def test_one_that_is_disabled_is_not_applied_and_told(bench: Bench) -> None:
    await keep(bench, "shut", flow("shut"), enabled=False)
    (line,) = await bench.apply(HEAD + other("{name: shut}"))
    assert (line.action, line.label, line.advice[0].message) == ("skipped", "shut", "This blueprint is disabled.")
    assert await bench.every(Flow) == []


async def test_two_that_apply_each_other_are_refused(bench: Bench) -> None:
    await keep(bench, "first", other("{name: second}"))
    await keep(bench, "second", flow("never") + other("{name: first}"))
    told = await bench.problems(HEAD + other("{name: first}"))
    assert told == [
        f"second:12: {META}: identifiers: This leads back to a blueprint that is being applied: first > second > first."
    ]


async def test_one_that_applies_itself_is_refused(bench: Bench) -> None:
    await keep(bench, "self", other("{name: self}"))
    (told,) = await bench.problems(HEAD + other("{name: self}"))
    assert told.endswith("self > self.")


async def test_each_is_applied_once_however_often_it_is_asked_for(bench: Bench) -> None:
    """Each asks twice for the one below: forty levels would be a million million."""
    await keep(bench, "b0", flow("end"))
    for level in range(1, 40):
        await keep(bench, f"b{level}", other(f"{{name: b{level - 1}}}") * 2)
    actions = await bench.actions(HEAD + other("{name: b39}"))
    assert (actions.count("applied"), actions.count("unchanged"), actions.count("created")) == (40, 39, 1)


async def test_what_is_wrong_in_it_is_told_with_its_name_and_undoes_everything(bench: Bench) -> None:
    await keep(bench, "bad", flow("bad", designation="nonsense"))
    await keep(bench, "broken", "  - [")
    text = HEAD + flow("good") + other("{name: bad}") + other("{name: broken}")
    first, second = await bench.problems(text)
    assert first.startswith("bad:9: authentik_flows.flow: designation: Choose from")
    assert second.startswith("broken:3: ")
    assert "This is no valid YAML" in second


@pytest.mark.parametrize(
    ("attrs", "problem"),
    [
        ("{}", "identifiers: This field is required."),
        ("{identifiers: {}}", "identifiers: Expected `object` of length >= 1."),
        ("{identifiers: {label: x}}", f"identifiers: {FOUND_BY}"),
        ("{identifiers: {name: [x]}}", "identifiers: Expected `str`, got `array` - at `$[...]`."),
        ("{identifiers: {name: default}, required: maybe}", "required: Expected `bool`, got `str`."),
    ],
)
async def test_how_it_is_written_wrongly(bench: Bench, attrs: str, problem: str) -> None:
    (told,) = await bench.problems(f"{HEAD}  - {{model: {META}, attrs: {attrs}}}\n")
    assert told == f"test.yaml:3: {META}: {problem}"


async def test_conditions_and_tags_hold_for_it(bench: Bench) -> None:
    entry = f"  - {{model: {META}, conditions: [HOLDS], attrs: {{identifiers: {{name: !Context which}}}}}}\n"
    given = {"context": {"which": "unenrollment"}}
    assert await bench.actions(HEAD + entry.replace("HOLDS", "false"), **given) == ["skipped"]
    assert (await bench.actions(HEAD + entry.replace("HOLDS", "true"), **given))[0] == "applied"


async def test_what_is_left_out_in_it_is_left_out(bench: Bench) -> None:
    await keep(bench, "mixed", "  - {model: authentik_brands.brand, identifiers: {domain: x}}\n" + flow("kept"))
    assert await bench.problems(HEAD + other("{name: mixed}")) != []
    lines = await bench.apply(HEAD + other("{name: mixed}"), skip_unknown=True)
    assert [line.action for line in lines] == ["applied", "left out", "created"]
