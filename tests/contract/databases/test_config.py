"""The configuration: every change is a revision, secrets are sealed, older documents still load."""

from typing import Annotated, Any, ClassVar

import pytest
from sqlalchemy import Connection, select, text

from tests.contract.databases.make import NOW
from watchword.errors import ConfigurationInvalid, Conflict, SettingsInvalid
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.model.fields import described
from watchword.model.flow import Flow
from watchword.storage.config import (
    get_revision,
    list_revisions,
    load_objects,
    load_revision,
    save_changes,
    undoing,
)
from watchword.storage.database import Database
from watchword.storage.tables import config_objects, config_revisions


class Gate(ConfigObject, frozen=True, kw_only=True):
    model: ClassVar[str] = "test.gate"
    family: ClassVar[str] = "gate"
    verbose_name: ClassVar[str] = "Gate"

    name: Annotated[str, described("Name")]
    auth: Annotated[str, described("Token", secret=True)] = ""
    keys: Annotated[tuple[str, ...], described("Keys", secret=True)] = ()
    order: Annotated[int, described("Order", ge=0)] = 0


CATALOGUE: dict[str, type[ConfigObject]] = {"test.gate": Gate, Flow.model: Flow}
KEYRING = Keyring("k" * 32)
FLOW = Flow(name="Flow", slug="flow", title="Welcome", designation="authentication")
GATE = Gate(name="gate", auth="s3cret-token", keys=("s3cret-one", "s3cret-two"), order=3)


def save(conn: Connection, /, *put: ConfigObject, remove: tuple[str, ...] = (), **values: Any) -> int:
    given = {"catalogue": CATALOGUE, "keyring": KEYRING, "author": "mia", "summary": "A change", "now": NOW}
    return save_changes(conn, put=put, remove=remove, **{**given, **values})


def load(conn: Connection, /, catalogue: Any = CATALOGUE, keyring: Keyring = KEYRING) -> dict[str, ConfigObject]:
    return {obj.pk: obj for obj in load_objects(conn, catalogue, keyring)}


def everything(conn: Connection) -> str:
    """All that the two tables hold, as text."""
    tables = (config_objects, config_revisions)
    # As tuples: a row's own text leaves out the middle of long values.
    return str([tuple(row) for table in tables for row in conn.execute(select(table))])


async def test_an_empty_database_has_no_objects_and_no_revision(database: Database) -> None:
    assert await database.read(load) == {}
    assert await database.read(load_revision) == 0


async def test_objects_come_back_as_saved(database: Database) -> None:
    first = await database.run(save, FLOW, GATE)
    assert await database.read(load) == {FLOW.pk: FLOW, GATE.pk: GATE}
    assert await database.read(load_revision) == first > 0


async def test_a_change_and_a_removal_are_a_revision_each(database: Database) -> None:
    first = await database.run(save, FLOW, GATE)
    changed = Gate(pk=GATE.pk, name="renamed")
    second = await database.run(save, changed, expected_revision=first)
    third = await database.run(save, remove=(FLOW.pk, "never-there"), expected_revision=second)
    assert first < second < third
    assert await database.read(load) == {GATE.pk: changed}
    assert await database.read(load_revision) == third


async def test_a_revision_says_who_when_and_what(database: Database) -> None:
    await database.run(save, FLOW)
    await database.run(save, Flow(pk=FLOW.pk, name="New", slug="flow", title="Hi", designation="authentication"))
    await database.run(save, remove=(FLOW.pk,), author="tom", summary="Removed")
    removed, changed, created = await database.read(list_revisions)
    assert (removed.author, removed.summary, removed.created) == ("tom", "Removed", NOW)
    [creation], [change], [removal] = created.parts(), changed.parts(), removed.parts()
    assert creation.before is None
    assert creation.after == change.before
    assert ((change.before or {})["name"], (change.after or {})["name"]) == ("Flow", "New")
    assert (removal.pk, removal.model, removal.before, removal.after) == (FLOW.pk, FLOW.model, change.after, None)
    assert await database.read(get_revision, changed.id) == changed
    assert await database.read(get_revision, 4711) is None
    assert await database.read(list_revisions, limit=1) == [removed]


async def test_no_secret_is_in_any_column(database: Database) -> None:
    await database.run(save, GATE)
    await database.run(save, Gate(pk=GATE.pk, name="gate", auth="s3cret-other"))
    await database.run(save, remove=(GATE.pk,))
    held = await database.read(everything)
    assert "s3cret" not in held
    assert held.count("sealed:") == 6


async def test_an_empty_secret_shows_that_there_is_none(database: Database) -> None:
    await database.run(save, Gate(name="gate"))
    assert "sealed:" not in await database.read(everything)


async def test_secrets_do_not_open_with_another_key(database: Database) -> None:
    await database.run(save, GATE)
    with pytest.raises(SettingsInvalid):
        await database.read(load, CATALOGUE, Keyring("x" * 32))


async def test_two_administrators_do_not_overwrite_each_other(database: Database) -> None:
    first = await database.run(save, GATE)
    await database.run(save, Gate(pk=GATE.pk, name="mia was here"), expected_revision=first)
    with pytest.raises(Conflict, match="changed elsewhere"):
        await database.run(save, Gate(pk=GATE.pk, name="tom was here"), expected_revision=first)
    assert (await database.read(load))[GATE.pk].called == "mia was here"
    with pytest.raises(Conflict):
        await database.run(save, FLOW, expected_revision=0)


async def test_what_differs_in_nothing_is_no_revision(database: Database) -> None:
    first = await database.run(save, FLOW, GATE)
    assert await database.run(save, FLOW, GATE, expected_revision=first) == first
    assert await database.run(save, remove=("never-there",)) == first
    second = await database.run(save, FLOW, Gate(pk=GATE.pk, name="gate", auth="s3cret-new"))
    [revision, _] = await database.read(list_revisions)
    assert (revision.id, [part.pk for part in revision.parts()]) == (second, [GATE.pk])


async def test_what_is_put_and_removed_at_once_is_put(database: Database) -> None:
    await database.run(save, GATE, remove=(GATE.pk, GATE.pk))
    assert await database.read(load) == {GATE.pk: GATE}


async def test_a_failed_change_changes_nothing(database: Database) -> None:
    class Unknown(Gate, frozen=True, kw_only=True):
        model: ClassVar[str] = "test.unknown"

    with pytest.raises(ConfigurationInvalid, match=r"test\.unknown 'odd'"):
        await database.run(save, GATE, Unknown(name="odd"))
    assert await database.read(load) == {}
    assert await database.read(load_revision) == 0


async def test_a_uuid_belongs_to_one_model(database: Database) -> None:
    await database.run(save, GATE)
    with pytest.raises(ConfigurationInvalid, match="has this uuid"):
        await database.run(save, Flow(pk=GATE.pk, name="Flow", slug="flow", title="x", designation="authentication"))


async def test_an_object_of_an_unknown_model_is_named_and_can_be_removed(database: Database) -> None:
    await database.run(save, FLOW, GATE)
    old_version = {Flow.model: Flow}
    with pytest.raises(ConfigurationInvalid) as caught:
        await database.read(load, old_version)
    assert [(problem.model, problem.label) for problem in caught.value.problems] == [("test.gate", "gate")]
    assert "s3cret" not in caught.value.message
    await database.run(save, remove=(GATE.pk,), catalogue=old_version)
    assert await database.read(load, old_version) == {FLOW.pk: FLOW}


def document(conn: Connection, content: str) -> None:
    conn.execute(text("UPDATE config_object SET document = :content"), {"content": content})


async def test_unknown_keys_are_ignored_and_missing_ones_take_defaults(database: Database) -> None:
    await database.run(save, GATE)
    await database.run(document, '{"name": "gate", "from_the_future": {"a": 1}}')
    assert await database.read(load) == {GATE.pk: Gate(pk=GATE.pk, name="gate")}


async def test_a_secret_from_before_its_field_was_one_still_loads(database: Database) -> None:
    await database.run(save, GATE)
    await database.run(document, '{"name": "gate", "auth": "clear"}')
    assert await database.read(load) == {GATE.pk: Gate(pk=GATE.pk, name="gate", auth="clear")}


@pytest.mark.parametrize("content", ['{"order": 1}', '{"name": 5}', '{"name": "x", "order": -1}'])
async def test_a_document_that_is_not_valid_is_named(database: Database, content: str) -> None:
    await database.run(save, GATE)
    await database.run(document, content)
    with pytest.raises(ConfigurationInvalid, match=r"test\.gate"):
        await database.read(load)


async def test_every_problem_is_told_at_once(database: Database) -> None:
    await database.run(save, FLOW, GATE)
    await database.run(document, "{}")
    with pytest.raises(ConfigurationInvalid) as caught:
        await database.read(load)
    assert {problem.model for problem in caught.value.problems} == {"test.gate", Flow.model}


async def test_a_revision_can_be_undone_secrets_and_all(database: Database) -> None:
    await database.run(save, FLOW, GATE)
    added = Gate(name="added")
    await database.run(save, added, Gate(pk=GATE.pk, name="changed"), remove=(FLOW.pk,))
    [last, _] = await database.read(list_revisions)
    put, remove = undoing(last, CATALOGUE, KEYRING)
    await database.run(save, *put, remove=tuple(remove))
    assert await database.read(load) == {FLOW.pk: FLOW, GATE.pk: GATE}
