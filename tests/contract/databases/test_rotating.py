"""A new secret key: everything is readable at every moment, whatever happens, and in the end by the new one alone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from tests.contract.databases.make import NOW, after, make_device, make_hashed, make_session, make_user
from tests.contract.databases.test_config import CATALOGUE, Gate
from watchword.administration.rotating import Rotated, rotate
from watchword.administration.tokens import derived_key, hashed
from watchword.errors import NumberTaken, SettingsInvalid
from watchword.flows.execution import Context, Execution, freeze, restore, seal
from watchword.keyring import Keyring
from watchword.phone import number_key, number_keys
from watchword.recovery_codes import token_hash
from watchword.storage.config import load_objects, revisions_since, save_changes
from watchword.storage.database import Database
from watchword.storage.devices import number_enrolled
from watchword.storage.documents import open_document
from watchword.storage.executions import start_execution
from watchword.storage.kept_keys import key_in_force, learn, settle_keyring, stored_keys
from watchword.storage.static_devices import replace_static_device, use_static_token
from watchword.storage.tables import devices, executions, facts, totp_devices
from watchword.storage.tokens import create_token
from watchword.storage.totp_devices import create_totp_device
from watchword.totp import open_secret, seal_secret

OLD_SECRET, NEW_SECRET, NEWEST_SECRET = "o" * 40, "n" * 40, "m" * 40
OLD, NEW = Keyring(OLD_SECRET), Keyring(NEW_SECRET)
PLAIN, HIDDEN = "+4915123456713", "+447400123456"
NO_SECRET = "sealed:of nothing"


def furnish(conn: Connection) -> None:
    """As a server leaves it that has the old key alone."""
    settle_keyring(conn, Keyring(OLD_SECRET))
    gate = Gate(name=NO_SECRET, auth="s3cret", keys=("one", "two"))
    given: dict[str, Any] = {"catalogue": CATALOGUE, "keyring": OLD, "author": "mia", "summary": "", "now": NOW}
    save_changes(conn, put=[gate], remove=[], **given)
    save_changes(conn, put=[Gate(pk=gate.pk, name=NO_SECRET, auth="s3cret 2", keys=("one",))], remove=[], **given)
    user = make_user(conn)
    make_device(conn, user.id, PLAIN, number_key=number_key(OLD, PLAIN), key_id=OLD.key_id)
    make_hashed(conn, user.id, HIDDEN, number_key=number_key(OLD, HIDDEN), key_id=OLD.key_id)
    ids: dict[str, Any] = {"user_id": user.id, "stage_pk": "s", "now": NOW}
    for secret in ("ABCDEFGH", "HGFEDCBA"):
        create_totp_device(conn, **ids, secret=seal_secret(OLD, secret), digits=6, last_step=1)
    replace_static_device(conn, **ids, token_hashes=[token_hash(OLD, user.id, "abcdefgh")])
    create_token(conn, pk="t", identifier="t", user_id=user.id, key_hash=hashed(derived_key(OLD, "t")), now=NOW)
    for number in range(3):
        session = make_session(conn, f"{number}")
        state = seal(OLD, freeze(Execution(id=f"e{number}", flow="f", steps=(), context=Context(extra={"n": number}))))
        start_execution(
            conn, id=f"e{number}", session_id=session.id, flow_pk="f", state=state, now=NOW, expires=after(60)
        )


def readable(conn: Connection, keyring: Keyring) -> dict[str, Any]:
    """All that was sealed, as this keyring opens it; raises where it cannot."""
    learn(conn, keyring)
    apps = conn.execute(select(totp_devices.c.secret).order_by(totp_devices.c.id)).scalars()
    runs = conn.execute(select(executions).order_by(executions.c.id)).all()
    opened = [restore(keyring, run.state, run.version) for run in runs]
    assert None not in opened
    history = [part for revision in revisions_since(conn, 0) for part in revision.parts()]
    gates = [load_gate(part.before, keyring) for part in history] + [load_gate(part.after, keyring) for part in history]
    return {
        "objects": load_objects(conn, CATALOGUE, keyring),
        "history": gates,
        "apps": [open_secret(keyring, secret) for secret in apps],
        "runs": [run.context.extra for run in opened if run],
        "numbers": [number_enrolled(conn, "stage-1", number_keys(keyring, number)) for number in (PLAIN, HIDDEN)],
        "uid": keyring.lasting_digest("uid", "1"),
    }


def load_gate(document: Any, keyring: Keyring) -> Any:
    return document and open_document(Gate, document, keyring)


def stands(conn: Connection) -> dict[str, Any]:
    """What is left, of which nothing is random."""
    phones = conn.execute(select(devices.c.number_key, devices.c.key_id).order_by(devices.c.id)).all()
    return {
        "phones": [tuple(phone) for phone in phones],
        "kept": [(one.purpose, one.key_id, one.since) for one in stored_keys(conn)],
        "in force": key_in_force(conn),
        "facts": sorted(conn.execute(select(facts.c.key)).scalars()),
    }


def both() -> Keyring:
    return Keyring(NEW_SECRET, OLD_SECRET)


async def rotated(database: Database, keyring: Keyring | None = None) -> Rotated:
    return await rotate(database, keyring or both(), now=after(1))


async def test_everything_is_readable_with_the_old_key_with_both_and_then_with_the_new_one(database: Database) -> None:
    await database.run(furnish)
    before = await database.read(readable, Keyring(OLD_SECRET))
    assert await database.read(readable, both()) == before
    done = await rotated(database)
    assert await database.read(readable, both()) == before
    assert await database.read(readable, Keyring(NEW_SECRET)) == before
    assert dict(done.changed) == {
        "config_object": 1,
        "config_revision": 2,
        "totp_device": 2,
        "execution": 3,
        "sms_device": 1,
    }


async def test_the_old_key_opens_nothing_any_more(database: Database) -> None:
    await database.run(furnish)
    await rotated(database)
    with pytest.raises(SettingsInvalid):
        await database.read(load_objects, CATALOGUE, OLD)
    for secret in await database.read(lambda conn: list(conn.execute(select(totp_devices.c.secret)).scalars())):
        with pytest.raises(SettingsInvalid):
            open_secret(OLD, secret)
    for run in await database.read(lambda conn: list(conn.execute(select(executions)))):
        assert restore(OLD, run.state, run.version) is None
    for kept in await database.read(stored_keys):
        with pytest.raises(SettingsInvalid):
            OLD.open("kept-key", kept.sealed)


async def test_numbers_that_are_known_are_hashed_anew_and_the_others_keep_the_key_that_recognises_them(
    database: Database,
) -> None:
    await database.run(furnish)
    done = await rotated(database)
    assert (await database.read(stands))["phones"] == [
        (number_key(NEW, PLAIN), NEW.key_id),
        (number_key(OLD, HIDDEN), OLD.key_id),
    ]
    assert done.kept == {name: [OLD.key_id] for name in ("api-token", "number", "recovery-code", "uid")}


class Killed(BaseException):
    pass


class Interrupted:
    """A database whose n-th piece of work does not come to its end, or whose end nobody hears of."""

    def __init__(self, database: Database, left: int, *, done: bool) -> None:
        self._database, self._left, self._done = database, left, done
        self.dialect = database.dialect

    async def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        self._left -= 1
        if self._left < 0 and not self._done:
            raise Killed
        result = await self._database.run(fn, *args, **kwargs)
        if self._left < 0:
            raise Killed
        return result

    async def read(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return await self._database.read(fn, *args, **kwargs)

    async def close(self) -> None:
        await self._database.close()


STEPS = 7
"""What is kept, five tables, and the end."""


@pytest.mark.parametrize("done", [True, False], ids=["done", "undone"])
@pytest.mark.parametrize("step", range(STEPS))
async def test_a_rotation_that_was_interrupted_and_done_again_ends_as_one_that_was_not(
    database: Database, step: int, done: bool
) -> None:
    await database.run(furnish)
    before = await database.read(readable, Keyring(OLD_SECRET))
    with pytest.raises(Killed):
        await rotate(Interrupted(database, step, done=done), both(), now=after(1))
    assert await database.read(readable, both()) == before
    await database.run(settle_keyring, both())
    await rotated(database)
    assert await database.read(readable, Keyring(NEW_SECRET)) == before
    assert await database.read(stands) == await uninterrupted(database)


async def uninterrupted(database: Database) -> dict[str, Any]:
    """What `stands` says after a rotation from beginning to end."""
    kept = [(purpose, OLD.key_id, after(1)) for purpose in ("api-token", "number", "recovery-code", "uid")]
    return {
        "phones": [(number_key(NEW, PLAIN), NEW.key_id), (number_key(OLD, HIDDEN), OLD.key_id)],
        "kept": kept,
        "in force": NEW.key_id,
        "facts": [*(f"kept-key:{purpose}:{OLD.key_id}" for purpose, *_ in kept), "secret-key"],
    }


async def test_uninterrupted_it_has_that_many_steps_and_ends_so(database: Database) -> None:
    await database.run(furnish)
    await rotate(Interrupted(database, STEPS, done=False), both(), now=after(1))
    assert await database.read(stands) == await uninterrupted(database)


async def test_a_second_time_there_is_nothing_to_do(database: Database) -> None:
    await database.run(furnish)
    await rotated(database)
    before = await database.read(stands)
    assert (await rotated(database)).changed == {}
    assert await database.read(stands) == before


async def test_what_a_server_seals_meanwhile_is_not_overwritten(database: Database) -> None:
    """Between the moment that a row was read and the moment that it is written."""

    class Meanwhile(Interrupted):
        async def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            if getattr(fn, "keywords", {}).get("table") is totp_devices:
                fresh = update(totp_devices).values(secret=seal_secret(NEW, "MEANWHILE"))
                await self._database.run(lambda conn: conn.execute(fresh))
            return await self._database.run(fn, *args, **kwargs)

    await database.run(furnish)
    await rotate(Meanwhile(database, STEPS, done=False), both(), now=after(1))
    assert (await database.read(readable, Keyring(NEW_SECRET)))["apps"] == ["MEANWHILE"] * 2


async def test_after_two_rotations_both_earlier_keys_still_recognise_what_they_hashed(database: Database) -> None:
    await database.run(furnish)
    before = await database.read(readable, Keyring(OLD_SECRET))
    await rotated(database)
    newest = Keyring(NEWEST_SECRET, NEW_SECRET)
    done = await rotated(database, newest)
    assert await database.read(readable, Keyring(NEWEST_SECRET)) == before
    assert done.kept["number"] == [OLD.key_id]
    assert done.kept["uid"] == [OLD.key_id]
    assert sorted(done.kept["api-token"]) == sorted([OLD.key_id, NEW.key_id])


async def test_what_nothing_needs_any_more_is_not_kept(database: Database) -> None:
    def use_all(conn: Connection) -> None:
        conn.execute(delete(devices).where(devices.c.hashed))
        assert use_static_token(conn, 1, token_hash(OLD, 1, "abcdefgh"), NOW)

    await database.run(furnish)
    await database.run(use_all)
    assert (await rotated(database)).kept == {"api-token": [OLD.key_id], "uid": [OLD.key_id]}


async def test_a_server_starts_with_the_key_of_its_database_and_with_no_other(database: Database) -> None:
    await database.run(furnish)
    await database.run(settle_keyring, Keyring(OLD_SECRET))
    await database.run(settle_keyring, both())
    with pytest.raises(SettingsInvalid, match=f"its id is {OLD.key_id}"):
        await database.run(settle_keyring, Keyring(NEW_SECRET))
    await rotated(database)
    await database.run(settle_keyring, Keyring(NEW_SECRET))
    with pytest.raises(SettingsInvalid, match=f"its id is {NEW.key_id}"):
        await database.run(settle_keyring, Keyring(OLD_SECRET))


async def test_a_coming_key_may_be_given_before_it_is_in_force(database: Database) -> None:
    """So that servers can be restarted one by one: first all of them open both."""
    await database.run(furnish)
    coming = Keyring(OLD_SECRET, NEW_SECRET)
    await database.run(settle_keyring, coming)
    assert await database.read(readable, coming) == await database.read(readable, Keyring(OLD_SECRET))
    assert (await rotated(database, coming)).changed == {}
    assert await database.read(key_in_force) == OLD.key_id
    assert await database.read(stored_keys) == []


async def test_keys_of_another_database_rotate_nothing(database: Database) -> None:
    await database.run(furnish)
    before = await database.read(stands)
    with pytest.raises(SettingsInvalid, match="sealed with another key"):
        await rotated(database, Keyring(NEWEST_SECRET, NEW_SECRET))
    with pytest.raises(SettingsInvalid, match="one key alone"):
        await rotated(database, Keyring(OLD_SECRET))
    assert await database.read(stands) == before


async def test_a_database_from_before_keys_had_names_is_rotated_too(database: Database) -> None:
    await database.run(furnish)
    await database.run(lambda conn: conn.execute(delete(facts)))
    before = await database.read(readable, Keyring(OLD_SECRET))
    await database.run(settle_keyring, both())
    await rotated(database)
    assert await database.read(readable, Keyring(NEW_SECRET)) == before


async def test_a_number_is_enrolled_once_whichever_key_it_was_hashed_with(database: Database) -> None:
    await database.run(furnish)
    for number in (PLAIN, HIDDEN):
        new, old = number_keys(both(), number)
        for make in (make_device, make_hashed):
            with pytest.raises(NumberTaken):
                await database.run(make, 1, number, number_key=new, other_keys=[old])


async def test_a_number_that_was_enrolled_under_both_keys_stays_as_it_is(database: Database) -> None:
    """It cannot happen, and would end no rotation."""
    await database.run(furnish)
    await database.run(make_device, 1, PLAIN, number_key=number_key(NEW, PLAIN), key_id=NEW.key_id)
    done = await rotated(database)
    assert "sms_device" not in done.changed
    assert OLD.key_id in done.kept["number"]
