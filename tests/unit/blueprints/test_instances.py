"""Entries that are blueprints themselves."""

from typing import Any

import pytest

from tests.unit.blueprints.bench import HEAD, NOW, Bench, flow
from watchword.storage.blueprint_instances import BlueprintInstance, list_instances

PK = "11111111-1111-4111-8111-111111111111"


def entry(identifiers: str = "{name: own}", attrs: str = "{path: recovery.yaml}", state: str = "present") -> str:
    return (
        f"version: 1\nentries:\n- model: authentik_blueprints.blueprintinstance\n  state: {state}\n"
        f"  identifiers: {identifiers}\n  attrs: {attrs}\n"
    )


async def kept(bench: Bench) -> list[BlueprintInstance]:
    return await bench.database.read(list_instances)


async def test_one_is_kept_and_not_applied(bench: Bench) -> None:
    assert await bench.actions(entry(attrs="{path: recovery.yaml, context: {a: 1}}")) == ["created"]
    [made] = await kept(bench)
    expected: dict[str, Any] = {"name": "own", "path": "recovery.yaml", "context": {"a": 1}, "enabled": True}
    assert made == BlueprintInstance(pk=made.pk, created=NOW, **expected)
    assert await bench.objects() == []


async def test_again_it_changes_nothing_and_another_value_does(bench: Bench) -> None:
    await bench.apply(entry())
    assert await bench.actions(entry()) == ["unchanged"]
    assert await bench.actions(entry(attrs="{enabled: false}")) == ["updated"]
    assert [(one.path, one.enabled) for one in await kept(bench)] == [("recovery.yaml", False)]


async def test_it_is_found_by_uuid_name_or_path(bench: Bench) -> None:
    await bench.apply(entry(f"{{pk: {PK}, name: own}}"))
    assert [one.pk for one in await kept(bench)] == [PK]
    for found_by in (f"{{pk: {PK}}}", "{name: own}", "{path: recovery.yaml}", "{name: own, path: recovery.yaml}"):
        assert await bench.actions(entry(found_by)) == ["unchanged"], found_by


async def test_it_is_removed(bench: Bench) -> None:
    await bench.apply(entry())
    assert await bench.actions(entry(state="absent")) == ["removed"]
    assert await kept(bench) == []


async def test_content_is_kept_as_it_is_written(bench: Bench) -> None:
    inner = HEAD + flow("inner")
    await bench.apply(entry(attrs=f"{{content: {inner!r}}}".replace("'", '"')))
    assert [one.content for one in await kept(bench)] == [inner]


@pytest.mark.parametrize(
    ("attrs", "message"),
    [
        ("{}", "Either path or content must be set."),
        ("{path: nosuch.yaml}", "path: Blueprint file does not exist."),
        ("{path: ../../etc/passwd}", "path: Blueprint file does not exist."),
        ("{content: 'entries: 7'}", "content: This is no blueprint: content:1: Entries are a list"),
    ],
)
async def test_what_could_never_be_applied_is_refused(bench: Bench, attrs: str, message: str) -> None:
    [problem] = await bench.problems(entry(attrs=attrs))
    assert message in problem


async def test_a_file_of_the_watched_directory_may_come_later(bench: Bench) -> None:
    assert await bench.actions(entry(attrs="{path: watched/sms.yaml, enabled: false}")) == ["created"]


async def test_a_name_is_taken_once(bench: Bench) -> None:
    await bench.apply(entry())
    [problem] = await bench.problems(entry("{path: unenrollment.yaml}", "{name: own}"))
    assert "This name is already taken." in problem


async def test_it_is_found_by_a_part_of_its_metadata_and_never_written_by_it(bench: Bench) -> None:
    content = 'content: "version: 1\nmetadata: {name: Own, labels: {a: b, c: d}}\nentries: []"'.replace("\n", "\\n")
    await bench.apply(entry(attrs=f"{{{content}}}"))
    for wanted, action in (
        ("{labels: {a: c}}", "unchanged"),
        ("{name: Other}", "unchanged"),
        ("{labels: {a: b}}", "removed"),
    ):
        assert await bench.actions(entry(f"{{metadata: {wanted}}}", state="absent")) == [action], wanted
