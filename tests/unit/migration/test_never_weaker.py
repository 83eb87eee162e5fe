"""Whatever of an authentik cannot come: a flow that can be used here holds back whom it holds back there."""

import asyncio
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.unit.migration.imports import NOW, SECRET_KEY
from tests.unit.migration.world import lists
from watchword.keyring import Keyring
from watchword.migration import endpoints
from watchword.migration.configuration import apply_configuration
from watchword.migration.groups import apply_groups
from watchword.migration.options import Options
from watchword.migration.people import People
from watchword.migration.report import Line
from watchword.migration.source import Source
from watchword.migration.users import apply_users
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import load_objects
from watchword.storage.database import open_database

KEYRING = Keyring(SECRET_KEY)
PATHS = {
    **endpoints.PARTS,
    **endpoints.STAGES,
    endpoints.FLOW: endpoints.FLOWS,
    endpoints.STAGE_BINDING: endpoints.STAGE_BINDINGS,
    endpoints.POLICY_BINDING: endpoints.POLICY_BINDINGS,
}
THINGS = [
    (path, number) for path, found in lists().items() if "authenticators" not in path for number in range(len(found))
]
MISSING = st.sets(st.sampled_from(THINGS), max_size=6)
WRONG: st.SearchStrategy[Any] = st.sampled_from([None, 5, "", "no uuid", [], {}, True])
SPOILT = st.dictionaries(st.sampled_from(THINGS), WRONG, max_size=3)


class _Undone(Exception):
    """Each example begins anew."""


def source_of(missing: set[tuple[str, int]], spoilt: dict[tuple[str, int], Any]) -> Source:
    """Some things are not there, and of some one field is not what it should be."""
    found = lists()
    for (path, number), wrong in spoilt.items():
        fields = sorted(found[path][number])
        found[path][number][fields[number % len(fields)]] = wrong
    kept = {
        path: [one for number, one in enumerate(listed) if (path, number) not in missing]
        for path, listed in found.items()
    }
    return Source(
        objects={model: kept.get(path, []) for model, path in PATHS.items()},
        all_stages=kept["/stages/all/"],
        all_policies=kept["/policies/all/"],
        groups=kept["/core/groups/"],
        users=kept["/core/users/"],
    )


def imported(conn: Connection, source: Source) -> list[Line]:
    options, people = Options(keyring=KEYRING, clock=lambda: NOW), People.of(source)
    lines = apply_groups(conn, source.groups, options, people)
    lines += apply_users(conn, source.users, source, options, people)
    return lines + apply_configuration(conn, source, options, people, "authentik.example.org")


def is_not_weaker(source: Source, snapshot: Snapshot, flow: dict[str, Any], here: Flow) -> bool:
    """Every step, and every condition that is switched on, is there."""
    steps = [one for one in source.of(endpoints.STAGE_BINDING) if one["target"] == flow["pk"]]
    targets = {flow["pk"], *(one["pk"] for one in steps)}
    conditions = [one for one in source.of(endpoints.POLICY_BINDING) if one["target"] in targets and one["enabled"]]
    bound = {one.pk for one in snapshot.stage_bindings(here.pk)}
    asked = {one.pk for target in targets for one in snapshot.policy_bindings(str(target))}
    return {one["pk"] for one in steps} <= bound and {one["pk"] for one in conditions} <= asked


@settings(max_examples=25)
@given(missing=MISSING, spoilt=SPOILT)
def test_a_flow_that_can_be_used_lacks_nothing_and_a_second_import_changes_nothing(
    started: Path, missing: set[tuple[str, int]], spoilt: dict[tuple[str, int], Any]
) -> None:
    source = source_of(missing, spoilt)

    def work(conn: Connection) -> None:
        before = {obj.pk for obj in load_objects(conn, CATALOGUE, KEYRING)}
        imported(conn, source)
        snapshot = Snapshot(load_objects(conn, CATALOGUE, KEYRING))
        for flow in source.of(endpoints.FLOW):
            here = snapshot.get(flow["pk"] if isinstance(flow["pk"], str) else None, Flow)
            if here is not None and here.pk not in before and here.authentication != "require_superuser":
                assert is_not_weaker(source, snapshot, flow, here), here.slug
        assert [line for line in imported(conn, source) if line.fate in ("created", "updated")] == []
        raise _Undone

    async def run() -> None:
        database = open_database(f"sqlite:///{started}")
        try:
            await database.run(work)
        except _Undone:
            pass
        finally:
            await database.close()

    asyncio.run(run())
