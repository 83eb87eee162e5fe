"""What becomes of a watched file, on both databases: once, however many servers look."""

import asyncio

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, after, make_user
from watchword.administration.watched_outcomes import Attempt, failed, keep, let_go, once
from watchword.blueprints.problems import BlueprintInvalid, Place
from watchword.blueprints.report import Line
from watchword.storage.blueprint_instances import (
    create_instance,
    delete_instance,
    get_instance,
    list_instances,
    update_instance,
)
from watchword.storage.database import Database
from watchword.storage.events import list_events
from watchword.storage.users import find_user

PATH = "watched/a.yaml"


async def attempt(database: Database, digest: str = "new", *, start: bool = False) -> Attempt:
    [instance] = await database.run(keep, PATH, NOW)
    return Attempt(instance.pk, instance.name, PATH, digest, after(5), start)


class Counted:
    """What is to be done, and how often it was."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, _: Connection) -> list[Line]:
        self.times += 1
        return [Line("created", "a.b", "x")]


async def test_a_file_has_one_instance_however_often_it_is_seen(database: Database) -> None:
    found = await asyncio.gather(*(database.run(keep, PATH, NOW) for _ in range(4)))
    assert {one.pk for [one] in found} == {one.pk for one in await database.read(list_instances)}
    assert [one.name for one in found[0]] == ["a"]


async def test_one_that_somebody_made_of_it_is_enough(database: Database) -> None:
    made = await database.run(create_instance, now=NOW, name="mine", path=PATH)
    await database.run(create_instance, now=NOW, name="a", path="watched/a.yaml.yaml")
    assert await database.run(keep, PATH, NOW) == [made]


async def test_a_content_is_applied_once(database: Database) -> None:
    tried, work = await attempt(database), Counted()
    await asyncio.gather(*(database.run(once(tried), work=work) for _ in range(4)))
    assert work.times == 1
    found = await database.read(get_instance, tried.pk)
    assert found is not None
    assert (found.status, found.last_applied, found.last_applied_hash) == ("successful", after(5), "new")
    assert await database.run(once(tried._replace(digest="newer")), work=work) != []
    assert await database.run(once(tried._replace(digest="newer", start=True)), work=work) != []


@pytest.mark.parametrize("values", [{"enabled": False}, None])
async def test_one_that_is_disabled_or_gone_meanwhile_is_not_applied(
    database: Database, values: dict[str, bool] | None
) -> None:
    tried, work = await attempt(database, start=True), Counted()
    if values:
        await database.run(update_instance, tried.pk, **values)
    else:
        await database.run(delete_instance, tried.pk)
    assert await database.run(once(tried), work=work) == []
    assert work.times == 0


async def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    tried = await attempt(database)

    def work(conn: Connection) -> list[Line]:
        make_user(conn, "mia")
        raise BlueprintInvalid.at(Place("a.yaml", 3), "No.")

    with pytest.raises(BlueprintInvalid):
        await database.run(once(tried), work=work)
    assert await database.read(find_user, username="mia") is None
    found = await database.read(get_instance, tried.pk)
    assert found is not None
    assert (found.status, found.last_applied_hash) == ("unknown", "")


async def test_a_failure_is_told_once_for_each_content(database: Database) -> None:
    tried = await attempt(database)
    await asyncio.gather(*(database.run(failed, tried, ["a.yaml:3: No.", "a.yaml:4: No."]) for _ in range(4)))
    await database.run(failed, tried._replace(start=True), ["a.yaml:3: No."])
    [event] = await database.read(list_events)
    assert (event.action, event.message) == ("blueprint_failed", "Blueprint “a”: a.yaml:3: No. (and 1 more)")
    assert event.context["problems"] == ["a.yaml:3: No.", "a.yaml:4: No."]
    await database.run(failed, tried._replace(digest="newer"), ["a.yaml:3: No."])
    assert len(await database.read(list_events)) == 2


async def test_what_lost_its_file_is_orphaned_once(database: Database) -> None:
    tried = await attempt(database)
    other = await database.run(create_instance, now=NOW, name="other", path="watched/b.yaml")
    kept = await database.run(create_instance, now=NOW, name="kept", path="recovery.yaml")
    assert [one.pk for one in await database.run(let_go, {PATH})] == [tried.pk]
    assert await database.run(let_go, {PATH}) == []
    assert [await database.read(get_instance, one.pk) for one in (other, kept)] == [other, kept]
    work = Counted()
    await database.run(update_instance, tried.pk, last_applied_hash="new")
    await database.run(once(tried), work=work)
    assert work.times == 1


async def test_a_blueprint_may_remove_its_own_instance(database: Database) -> None:
    tried = await attempt(database)

    def work(conn: Connection) -> list[Line]:
        delete_instance(conn, tried.pk)
        return []

    await database.run(once(tried), work=work)
    assert await database.read(list_instances) == []
