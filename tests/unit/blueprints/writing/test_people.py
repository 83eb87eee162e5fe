"""Groups and users in an export: never a password, and no number unless asked for."""

from typing import Any

from tests.contract.databases.make import make_device
from tests.unit.blueprints.bench import NOW, Bench
from watchword.blueprints.export import export_all
from watchword.blueprints.reader import read
from watchword.model.flow import Flow
from watchword.model.policy import PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.storage.groups import add_member, create_group
from watchword.storage.users import create_user, find_user

NUMBER = "+49 1512 3456789"
HASH = "$argon2id$a-hash"


async def exported(bench: Bench, **asked: bool) -> str:
    return await bench.database.read(export_all, Snapshot(await bench.objects()), **asked)


async def person(bench: Bench, username: str, **values: Any) -> int:
    made = await bench.database.run(create_user, username=username, now=NOW, password_hash=HASH, **values)
    return made.id


def entries(told: str) -> dict[str, dict[str, Any]]:
    """By name: what is written of each."""
    return {next(iter(entry.identifiers.values())): entry.values for entry in read(told, "x").entries}


async def test_users_come_along_only_when_asked_for(bench: Bench) -> None:
    await person(bench, "mia")
    await bench.database.run(create_group, name="staff")
    assert set(entries(await exported(bench))) == {"staff"}
    assert set(entries(await exported(bench, numbers=True))) == {"staff"}
    assert set(entries(await exported(bench, users=True))) == {"staff", "mia"}


async def test_a_password_never_leaves(bench: Bench) -> None:
    await person(bench, "mia")
    told = await exported(bench, users=True, numbers=True)
    assert HASH not in told
    assert "password" not in told
    await bench.apply(told)
    stored = await bench.database.read(find_user, username="mia")
    assert stored is not None
    assert stored.password_hash == HASH


async def test_no_device_leaves(bench: Bench) -> None:
    mia = await person(bench, "mia")
    await bench.database.run(lambda conn: make_device(conn, mia))
    told = await exported(bench, users=True, numbers=True)
    assert "17612345678" not in told
    assert "phone" not in told


async def test_a_field_that_holds_a_number_stays_where_it_is_and_is_counted(bench: Bench) -> None:
    await person(bench, "mia", name=f"Mia {NUMBER}", attributes={"phone": "0151 2345"})
    await person(bench, "leo", attributes={"call": {"at": [NUMBER]}, "upn": "leo"})
    await person(bench, "zoe", attributes={"room": 7})
    await bench.database.run(create_group, name="staff", attributes={"hotline": NUMBER})
    told = await exported(bench, users=True)
    assert "3456789" not in told
    assert "0151" not in told
    assert told.startswith("# Left out, for they hold phone numbers: 4 (--phone-numbers brings them along).\n")
    found = entries(told)
    assert [name for name, values in found.items() if "attributes" in values] == ["zoe"]
    assert "name" not in found["mia"]
    assert set(await bench.actions(told)) == {"unchanged"}
    whole = await exported(bench, users=True, numbers=True)
    assert whole.startswith("version: 1\n")
    assert entries(whole)["mia"]["attributes"] == {"phone": "0151 2345"}
    assert entries(whole)["staff"]["attributes"] == {"hotline": NUMBER}


async def test_an_attribute_that_is_a_secret_never_leaves(bench: Bench) -> None:
    await person(bench, "mia", attributes={"settings": {"api_token": "sEcReT-0815"}})
    for numbers in (False, True):
        told = await exported(bench, users=True, numbers=numbers)
        assert "sEcReT" not in told
        assert told.startswith("# Left out, for they hold secrets: the attributes of 1 users and groups.\n")


async def test_a_user_name_that_is_a_number_is_named_by_a_variable(bench: Bench, elsewhere: Bench) -> None:
    user = await person(bench, NUMBER)
    made = Flow(name="f", slug="f", title="f", designation="authentication")
    bound = PolicyBinding(target=made.pk, user=user, order=0)
    house = Snapshot([made, bound])
    told = await bench.database.read(export_all, house, users=True)
    assert "3456789" not in told
    assert f"#   BLUEPRINT_USERNAME_{user}\n" in told
    there = await person(elsewhere, NUMBER)
    assert any("must be set" in problem for problem in await elsewhere.problems(told))
    await elsewhere.apply(told, env={f"BLUEPRINT_USERNAME_{user}": NUMBER})
    assert (await elsewhere.one(PolicyBinding)).user == there
    whole = await bench.database.read(export_all, house, users=True, numbers=True)
    assert "BLUEPRINT" not in whole
    assert f"user-{user}" not in whole


async def test_memberships_and_the_groups_above_come_back(bench: Bench, elsewhere: Bench) -> None:
    above = await bench.database.run(create_group, name="z above", is_superuser=True)
    below = await bench.database.run(create_group, name="below", parent_pk=above.pk)
    await bench.database.run(add_member, below.pk, await person(bench, "mia"))
    told = await exported(bench, users=True)
    assert list(entries(told)) == ["z above", "below", "mia"]
    await elsewhere.apply(told)
    assert await exported(elsewhere, users=True) == told
    assert "parent: !KeyOf group-z-above\n" in told
    assert "groups:\n    - !KeyOf group-below\n" in told


async def test_attributes_are_written_in_one_order(bench: Bench) -> None:
    await person(bench, "mia", attributes={"b": {"d": 1, "c": 2}, "a": None})
    assert list(entries(await exported(bench, users=True))["mia"]["attributes"]) == ["a", "b"]
