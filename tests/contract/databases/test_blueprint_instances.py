"""Blueprints that are kept, on both databases."""

import pytest

from tests.contract.databases.make import NOW, after
from watchword.errors import NameTaken, NotFound
from watchword.storage.blueprint_instances import (
    BlueprintInstance,
    create_instance,
    delete_instance,
    find_instance,
    get_instance,
    list_instances,
    page_of_instances,
    update_instance,
)
from watchword.storage.database import Database
from watchword.storage.listing import Wanted

CONTENT = "version: 1\nentries: []\n# 🔑 مرحبا"


async def test_an_instance_comes_back_as_created(database: Database) -> None:
    made = await database.run(create_instance, now=NOW, name="own", content=CONTENT, context={"a": [1, None]})
    assert made == BlueprintInstance(pk=made.pk, name="own", content=CONTENT, context={"a": [1, None]}, created=NOW)
    assert await database.read(get_instance, made.pk) == made
    assert await database.read(get_instance, "unknown") is None


async def test_a_name_is_taken_once(database: Database) -> None:
    first = await database.run(create_instance, now=NOW, name="one", path="recovery.yaml")
    second = await database.run(create_instance, now=NOW, name="two", path="recovery.yaml")
    with pytest.raises(NameTaken):
        await database.run(create_instance, now=NOW, name="one")
    with pytest.raises(NameTaken):
        await database.run(update_instance, second.pk, name="one")
    assert await database.read(get_instance, first.pk) == first
    assert await database.read(get_instance, second.pk) == second


async def test_what_happened_to_it_is_kept(database: Database) -> None:
    made = await database.run(create_instance, now=NOW, name="one", content=CONTENT)
    applied = {"status": "successful", "last_applied": after(5), "last_applied_hash": "h" * 64}
    changed = await database.run(update_instance, made.pk, **applied)
    assert (changed.status, changed.last_applied, changed.last_applied_hash) == tuple(applied.values())
    assert (changed.content, changed.created) == (CONTENT, NOW)
    assert await database.run(update_instance, made.pk) == changed


async def test_what_is_not_there_is_not_changed(database: Database) -> None:
    kept = await database.run(create_instance, now=NOW, name="one")
    with pytest.raises(NotFound):
        await database.run(update_instance, "unknown", name="two")
    assert await database.run(delete_instance, "unknown") is False
    assert await database.read(get_instance, kept.pk) == kept


async def test_an_instance_is_deleted(database: Database) -> None:
    gone, kept = [await database.run(create_instance, now=NOW, name=name) for name in ("gone", "kept")]
    assert await database.run(delete_instance, gone.pk) is True
    assert await database.read(page_of_instances, Wanted()) == (1, [kept])


async def test_instances_are_found_by_name_and_by_path(database: Database) -> None:
    own = await database.run(create_instance, now=NOW, name="own", content=CONTENT)
    shipped = await database.run(create_instance, now=NOW, name="leaving", path="unenrollment.yaml")
    assert await database.read(page_of_instances, Wanted(terms=("OWN",))) == (1, [own])
    assert await database.read(page_of_instances, Wanted(terms=("enroll",))) == (1, [shipped])
    assert await database.read(page_of_instances, Wanted(order="-name", limit=1)) == (2, [own])


async def test_one_is_found_by_what_it_has(database: Database) -> None:
    one, two = [await database.run(create_instance, now=NOW, name=name, path="a.yaml") for name in ("one", "two")]
    assert await database.read(find_instance, name="two") == two
    assert await database.read(find_instance, path="a.yaml") == one
    assert await database.read(find_instance, name="two", path="b.yaml") is None


async def test_those_of_the_watched_directory_are_listed_by_name(database: Database) -> None:
    """A sign that means something to a search is a sign."""
    paths = ("watched/b.yaml", "watched/a.yaml", "b.yaml", "watched%/c.yaml", "")
    made = [await database.run(create_instance, now=NOW, name=f"{n} {path}", path=path) for n, path in enumerate(paths)]
    assert await database.read(list_instances) == made
    assert await database.read(list_instances, under="watched/") == made[:2]
    assert await database.read(list_instances, under="watched%") == [made[3]]


async def test_a_uuid_may_be_chosen(database: Database) -> None:
    made = await database.run(create_instance, now=NOW, pk="11111111-1111-4111-8111-111111111111", name="one")
    assert made.pk == "11111111-1111-4111-8111-111111111111"
