"""All or nothing, and every problem at once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.unit.blueprints.bench import HEAD, KEYRING, NOW, Bench, flow
from watchword.blueprints.apply import apply_blueprint
from watchword.blueprints.file import apply_text
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.reader import read
from watchword.blueprints.tag import Given
from watchword.model.flow import Flow
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.database import open_database
from watchword.storage.migrate import migrate

PEOPLE = """\
  - {id: g, model: authentik_core.group, identifiers: {name: people}}
  - {id: u, model: authentik_core.user, identifiers: {username: mia}, attrs: {password: a password, groups: [!KeyOf g]}}
  - {model: authentik_core.token, identifiers: {identifier: t}, attrs: {user: !KeyOf u, key: the key}}
"""
GONE = "  - {model: authentik_stages_deny.denystage, identifiers: {name: !KeyOf gone}}\n"


async def test_one_bad_entry_undoes_all_the_others(bench: Bench) -> None:
    """`problems` compares every row of every table, before and after."""
    assert len(await bench.problems(HEAD + PEOPLE + flow("one") + GONE)) == 1
    assert not any((await bench.rows()).values())


async def test_one_bad_entry_undoes_changes_and_removals(bench: Bench) -> None:
    await bench.apply(HEAD + PEOPLE + flow("one") + flow("two"))
    changes = HEAD + PEOPLE.replace("a password", "another").replace("the key", "another key")
    changes += flow("one", title="changed")
    changes += "  - {model: authentik_flows.flow, state: absent, identifiers: {slug: two}}\n"
    assert len(await bench.problems(changes + GONE)) == 1
    assert await bench.actions(changes) == ["unchanged", "updated", "updated", "updated", "removed"]


async def test_a_reference_that_breaks_in_the_end_undoes_all(bench: Bench) -> None:
    stage = "  - {model: authentik_stages_password.passwordstage, identifiers: {name: p},"
    stage += " attrs: {configure_flow: 6ba7b810-9dad-11d1-80b4-00c04fd430c8}}\n"
    assert await bench.problems(HEAD + PEOPLE + stage) == [
        "test.yaml:6: authentik_stages_password.passwordstage: configure_flow: There is no such object."
    ]


async def test_the_file_is_the_same_to_the_last_byte(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'watchword.db'}"
    migrate(url)

    async def apply(text: str) -> None:
        database = open_database(url)
        try:
            await apply_text(
                database, text, name="test.yaml", catalogue=CATALOGUE, keyring=KEYRING, author="", clock=lambda: NOW
            )
        finally:
            await database.close()

    await apply(HEAD + flow("one"))
    before = (tmp_path / "watchword.db").read_bytes()
    with pytest.raises(BlueprintInvalid):
        await apply(HEAD + PEOPLE + flow("two") + GONE)
    assert (tmp_path / "watchword.db").read_bytes() == before


MANY = """\
version: 1
entries:
  - model: authentik_flows.flow
    identifiers:
      slug: one two
  - model: no.such
    identifiers: {name: a}
  - model: authentik_flows.flow
    id: flow
    identifiers:
      slug: three
    attrs:
      name: Three
      designation: nonsense
      layout:
        - stacked
  - model: authentik_flows.flowstagebinding
    identifiers:
      target: !KeyOf flow
      stage: !KeyOf gone
      order: ten
  - model: authentik_flows.flowstagebinding
    id: hangs
    identifiers:
      target: !KeyOf flow
      order: 1
  - model: authentik_policies.policybinding
    identifiers:
      target: !KeyOf hangs
      order: 1
  - model: authentik_policies_expression.expressionpolicy
    identifiers:
      name: policy
    attrs:
      expression: |
        return (
  - model: authentik_core.group
    identifiers:
      name: group
    attrs:
      parent: 6ba7b810-9dad-11d1-80b4-00c04fd430c8
"""


async def test_every_problem_is_told_at_its_line_and_none_twice(bench: Bench) -> None:
    told = await bench.problems(MANY)
    assert "Watchword has no such model" in told.pop(1)
    assert told == [
        "test.yaml:5: authentik_flows.flow: slug: Expected `str` matching regex '^[-a-zA-Z0-9_]+$'.",
        "test.yaml:8: authentik_flows.flow: title: This field is required.",
        "test.yaml:14: authentik_flows.flow: designation: Choose from authentication, authorization, invalidation, "
        "enrollment, unenrollment, recovery, stage_configuration.",
        "test.yaml:15: authentik_flows.flow: layout: Expected `str`, got `array`.",
        'test.yaml:20: authentik_flows.flowstagebinding: stage: !KeyOf "gone" names no earlier entry.',
        "test.yaml:35: authentik_policies_expression.expressionpolicy: expression: "
        "Expression Syntax Error: '(' was never closed (line 1, column 8)",
        "test.yaml:41: authentik_core.group: parent: There is no such group.",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            flow("one")
            + flow("two")
            + flow("one").replace("slug: one", "name: two", 1).replace("name: one", "slug: one"),
            "test.yaml:21: authentik_flows.flow: slug: Flow with this slug already exists.",
        ),
        (
            "  - {model: authentik_stages_deny.denystage, identifiers: {name: same}}\n"
            "  - {model: authentik_stages_user_login.userloginstage, identifiers: {name: same}}\n",
            "test.yaml:4: authentik_stages_user_login.userloginstage: name: stage with this name already exists.",
        ),
        (
            "  - {model: authentik_stages_prompt.promptstage, identifiers: {name: ask}, attrs: {fields: []}}\n",
            "test.yaml:3: authentik_stages_prompt.promptstage: fields: This list may not be empty.",
        ),
        (
            flow("one").replace("- model", "- id: f\n    model")
            + "  - model: authentik_flows.flowstagebinding\n"
            + "    identifiers: {target: !KeyOf f, stage: !KeyOf f, order: 0}\n",
            "test.yaml:12: authentik_flows.flowstagebinding: stage: There is no such object.",
        ),
        (
            flow("one").replace("- model", "- id: f\n    model")
            + "  - model: authentik_policies.policybinding\n    identifiers: {target: !KeyOf f, order: 0}\n",
            "test.yaml:11: authentik_policies.policybinding: One of 'group', 'policy', 'user' must be set.",
        ),
    ],
)
async def test_what_only_the_whole_shows_is_told_at_the_entry_that_did_it(
    bench: Bench, text: str, problem: str
) -> None:
    assert await bench.problems(HEAD + text) == [problem]


async def test_two_that_run_at_once_do_not_make_one_object_twice(bench: Bench) -> None:
    reports = await asyncio.gather(*[bench.actions(HEAD + flow("one")) for _ in range(3)])
    assert sorted(reports) == [["created"], ["unchanged"], ["unchanged"]]
    assert len(await bench.every(Flow)) == 1
    assert await bench.revision() == 1


async def test_nothing_is_written_by_a_unit_that_is_undone_after_it(bench: Bench) -> None:
    def work(conn: Any) -> None:
        apply_blueprint(
            conn,
            read(HEAD + flow("one"), "test.yaml"),
            catalogue=CATALOGUE,
            keyring=KEYRING,
            now=NOW,
            given=Given(),
            hashes={},
            author="",
        )
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await bench.database.run(work)
    assert await bench.objects() == []
