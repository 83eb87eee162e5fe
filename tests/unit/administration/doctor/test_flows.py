"""The doctor on flows: whether people get in, and somebody can administer."""

from typing import Any

import pytest

from tests.unit.administration.doctor.patients import NOW, SIGN_IN, codes, memory, not_checked, only, patient
from tests.unit.engine.flows import Guard, flow, guard, identifies, signs_in
from watchword.administration.doctor.checks import flows
from watchword.administration.doctor.checks.flows import check
from watchword.administration.doctor.patient import NO_CONFIGURATION, NO_DATABASE
from watchword.administration.superusers import make_administrator
from watchword.model.base import ConfigObject
from watchword.storage.database import Database
from watchword.storage.events import list_events
from watchword.storage.users import create_user, update_user


@pytest.fixture
async def database() -> Any:
    """With somebody who administers."""
    opened = await memory()
    ada = await opened.run(create_user, username="ada", now=NOW)
    await opened.run(make_administrator, ada)
    yield opened
    await opened.close()


def sign_in(*guards: Guard, **settings: Any) -> list[ConfigObject]:
    given = {"slug": "sign-in", "designation": "authentication", **settings}
    return flow(identifies(), signs_in(), guards=guards, **given)


async def found(database: Database, *objects: ConfigObject) -> list[str]:
    return codes(await check(patient(*objects, database=database)))


async def test_a_flow_that_signs_in_is_fine(database: Database) -> None:
    assert await found(database, *SIGN_IN) == ["flows_fine"]


async def test_without_one_nobody_gets_in(database: Database) -> None:
    assert await found(database) == ["sign_in_missing"]
    again = flow(signs_in(), slug="again", designation="authentication", authentication="require_authenticated")
    assert await found(database, *again) == ["sign_in_missing"]


async def test_one_that_signs_nobody_in_is_wrong(database: Database) -> None:
    objects = flow(identifies(), slug="sign-in", designation="authentication")
    [told] = await check(patient(*objects, database=database))
    assert (told.code, told.pk, told.about) == ("sign_in_unfinished", objects[0].pk, "Flow “sign-in”")
    assert "watchword history undo" in told.fix


@pytest.mark.parametrize("who", ["require_superuser", "require_token", "require_outpost", "require_redirect"])
async def test_one_that_only_those_inside_may_run_is_wrong(database: Database, who: str) -> None:
    assert await found(database, *sign_in(authentication=who)) == ["sign_in_closed"]


@pytest.mark.parametrize("who", ["none", "require_unauthenticated"])
async def test_one_for_strangers_is_fine(database: Database, who: str) -> None:
    assert await found(database, *sign_in(authentication=who)) == ["flows_fine"]


async def test_a_rule_for_a_group_locks_everybody_out(database: Database) -> None:
    """Nobody is signed in yet, so nobody is in a group."""
    rule = Guard(None, {"group": "0b6d2f6e-0000-4000-8000-000000000000"})
    assert await found(database, *sign_in(rule)) == ["sign_in_refuses"]
    off = Guard(None, {"group": "0b6d2f6e-0000-4000-8000-000000000000", "enabled": False})
    assert await found(database, *sign_in(off)) == ["flows_fine"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("return True", "flows_fine"),
        ("return request.user is None", "flows_fine"),
        ("return False", "sign_in_refuses"),
        ("return request.user.is_superuser", "sign_in_refuses"),
        ("return nobody_knows_this", "sign_in_refuses"),
    ],
)
async def test_policies_are_asked_what_they_say_of_a_stranger(database: Database, source: str, code: str) -> None:
    assert await found(database, *sign_in(guard(source))) == [code]


async def test_what_a_policy_does_meanwhile_is_not_kept(database: Database) -> None:
    before = await database.read(list_events)
    source = "ak_create_event('mine', message='hello')\nreturn nobody_knows_this"
    assert await found(database, *sign_in(guard(source))) == ["sign_in_refuses"]
    assert await database.read(list_events) == before


async def test_a_policy_of_another_flow_locks_nobody_out(database: Database) -> None:
    other = flow(slug="zz-other", designation="authentication", guards=[guard("return False")])
    assert await found(database, *SIGN_IN, *other) == ["flows_fine", "flow_empty"]


async def test_an_empty_flow_is_advice(database: Database) -> None:
    empty = flow(slug="empty")
    told = await check(patient(*SIGN_IN, *empty, database=database))
    assert codes(told) == ["flows_fine", "flow_empty"]
    assert only(told, flows.EMPTY).pk == empty[0].pk


async def test_without_an_active_administrator_nobody_can_mend_anything() -> None:
    database = await memory()
    assert await found(database, *SIGN_IN) == ["administrator_missing"]
    ada = await database.run(create_user, username="ada", now=NOW)
    await database.run(make_administrator, ada)
    assert await found(database, *SIGN_IN) == ["flows_fine"]
    await database.run(update_user, ada.id, is_active=False)
    assert await found(database, *SIGN_IN) == ["administrator_missing"]
    await database.close()


async def test_without_configuration_or_database_nothing_is_said(database: Database) -> None:
    assert await not_checked(check, patient(snapshot=None, database=database)) == NO_CONFIGURATION
    assert await not_checked(check, patient(*SIGN_IN)) == NO_DATABASE
