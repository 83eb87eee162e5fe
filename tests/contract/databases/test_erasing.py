"""One person is erased from all that is kept; the others, and what counts, stay as they were."""

from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from tests.contract.databases.make import NOW, after, make_code, make_device, make_hashed, make_session, make_user
from watchword.administration import erasing
from watchword.administration.erasing import Erased, erase
from watchword.administration.superusers import make_administrator
from watchword.errors import Invalid, NotFound
from watchword.flows.execution import Context, Execution, freeze, seal
from watchword.keyring import Keyring
from watchword.storage import erasing as storage_module
from watchword.storage.database import Database
from watchword.storage.deliveries import list_deliveries, record_delivery
from watchword.storage.events import EventRow, list_events, write_event
from watchword.storage.executions import start_execution
from watchword.storage.remains import remains, text_columns
from watchword.storage.static_devices import replace_static_device
from watchword.storage.tables import config_revisions, metadata
from watchword.storage.throttles import Limit, take
from watchword.storage.tokens import create_token
from watchword.storage.totp_devices import create_totp_device
from watchword.storage.traces import ERASED
from watchword.storage.users import User, find_user

KEYRING = Keyring("k" * 40)
OLIVIA, OSCAR = "+4915123456713", "+447400123456"
OSCARS_MASK, OLIVIAS_MASK = "+44 ••• ••56", "+49 ••• ••13"


def furnish(conn: Connection) -> None:
    """Olivia, who did and owns everything there is; Oscar, an administrator, who did some of it too."""
    olivia = make_user(conn, "olivia", name="Olivia Example", email="Olivia@Example.org", attributes={"upn": "o@upn"})
    oscar = make_user(conn, "oscar", email="oscar@example.org")
    make_administrator(conn, olivia)
    make_administrator(conn, oscar)
    for user, number, masked in ((olivia, OLIVIA, OLIVIAS_MASK), (oscar, OSCAR, OSCARS_MASK)):
        own(conn, user, number, masked)
        happened(conn, user, number, masked)
    write_event(conn, action="user_write", now=NOW, user=oscar, message="olivia was changed", context={"by": "olivia"})
    write_event(conn, action="login_failed", now=NOW, message=f"sent to {OLIVIA}", client_ip="192.0.2.1")
    record_delivery(conn, now=NOW, gateway="twilio", outcome="sent", masked=OLIVIAS_MASK, provider_id="SM-before")
    revise(conn, "olivia", {"pk": "p", "model": "m", "before": None, "after": {"text": "ask olivia@example.org"}})
    revise(conn, "oscar", {"pk": "q", "model": "m", "before": None, "after": {"name": "olivia-flow"}})


def own(conn: Connection, user: User, number: str, masked: str) -> None:
    name, ids = user.username, dict[str, Any](user_id=user.id, stage_pk="s", now=NOW)
    session = make_session(conn, f"session of {name}", user_id=user.id)
    run(conn, session.id, f"run of {name}", Context(prompt_data={"name": name}))
    make_device(conn, user.id, number, masked=masked)
    make_hashed(conn, user.id, f"hidden {name}", stage_pk="verify-only")
    create_totp_device(conn, **ids, secret=b"sealed", digits=6, last_step=1)
    replace_static_device(conn, **ids, token_hashes=[f"{name} 1", f"{name} 2"])
    create_token(conn, identifier=f"{name}-token", user_id=user.id, key_hash=f"hash of {name}", now=NOW)
    recovering = make_session(conn, f"stranger {user.id}")
    run(conn, recovering.id, f"recovery of {name}", Context(pending_user=user.id))
    for key in (f"wrong:user:{user.id}", f"password:user:{user.id}:address:1", f"sms:number:key of {number}"):
        take(conn, key, Limit(5, 60), NOW)


def run(conn: Connection, session_id: int, id: str, context: Context) -> None:
    state = seal(KEYRING, freeze(Execution(id=id, flow="f", steps=(), context=context)))
    start_execution(conn, id=id, session_id=session_id, flow_pk="f", state=state, now=NOW, expires=after(60))


def happened(conn: Connection, user: User, number: str, masked: str) -> None:
    code = make_code(conn, subject=user.username, number_key=f"key of {number}")
    record_delivery(
        conn,
        now=NOW,
        gateway="twilio",
        outcome="sent",
        country="DE",
        masked=masked,
        user_id=user.id,
        provider_id=f"SM-{user.username}",
        answer=f"queued for {user.username}",
        code_id=code,
    )
    login = dict[str, Any](now=NOW, user=user, client_ip="192.0.2.1")
    write_event(conn, action="device_enrolled", message="A phone", context={"masked": masked}, **login)
    context = {"model": {"model_name": "flow", "name": "welcome"}}
    write_event(conn, action="model_updated", message="Flow “welcome”: title", context=context, **login)


def revise(conn: Connection, author: str, change: dict[str, Any]) -> None:
    values = {"created": NOW, "author": author, "summary": f"by {author}", "changes": [change]}
    conn.execute(config_revisions.insert().values(values))


async def erased(database: Database, name: str = "olivia") -> Erased:
    return await erase(database, KEYRING, name, by="the tests", now=after(1))


async def test_all_that_is_a_persons_goes_and_is_counted(database: Database) -> None:
    await database.run(furnish)
    done = await erased(database)
    assert dict(done.removed) == {
        "users": 1,
        "membership": 1,
        "token": 1,
        "session": 1,
        "execution": 2,
        "sms_device": 2,
        "totp_device": 1,
        "static_device": 1,
        "static_token": 2,
        "code": 1,
        "throttle": 3,
    }
    assert await database.read(find_user, username="olivia") is None
    assert done.remains == {}


def everything(conn: Connection) -> str:
    columns = [(table, text_columns(table)) for table in metadata.sorted_tables]
    return "\n".join(repr(row) for table, own in columns if own for row in conn.execute(select(*own)))


async def test_nothing_names_a_person_who_was_erased(database: Database) -> None:
    await database.run(furnish)
    olivia = await database.read(find_user, username="olivia")
    before = (await database.read(everything)).lower()
    await erased(database)
    after_it = (await database.read(everything)).lower()
    assert olivia
    for trace in ("olivia@example.org", "olivia example", olivia.uuid, OLIVIA, OLIVIAS_MASK, "o@upn", "sm-olivia"):
        assert (trace in before, trace in after_it) == (trace not in (OLIVIA, "o@upn") or trace in before, False), trace
    assert "olivia" not in after_it.replace("olivia-flow", "")


async def test_the_others_keep_everything(database: Database) -> None:
    def of_oscar(text: str) -> list[str]:
        return [line for line in text.splitlines() if "oscar" in line and "olivia" not in line]

    await database.run(furnish)
    before = await database.read(everything)
    await erased(database)
    assert [line for line in of_oscar(before) if line not in await database.read(everything)] == []
    assert len(of_oscar(before)) > 10


def texts(event: EventRow) -> tuple[str, str, str, str, dict[str, Any]]:
    return event.action, event.username, event.message, event.client_ip, event.context


async def test_events_stay_without_the_person(database: Database) -> None:
    await database.run(furnish)
    count = len(await database.read(list_events))
    await erased(database)
    events = await database.read(list_events)
    assert len(events) == count + 1
    flow = {"model": {"model_name": "flow", "name": "welcome"}}
    assert texts(events[0]) == ("user_erased", "", "Somebody was erased", "", {"by": "the tests"})
    assert texts(events[1]) == ("login_failed", "", f"sent to {ERASED}", "", {})
    assert texts(events[2]) == ("user_write", "oscar", f"{ERASED} was changed", "", {"by": ERASED})
    assert [texts(event) for event in events[5:]] == [
        ("model_updated", "", "Flow “welcome”: title", "", flow),
        ("device_enrolled", "", "", "", {}),
    ]
    assert texts(events[4]) == ("device_enrolled", "oscar", "A phone", "192.0.2.1", {"masked": OSCARS_MASK})


async def test_messages_stay_as_counts(database: Database) -> None:
    await database.run(furnish)
    await erased(database)
    deliveries = await database.read(list_deliveries)
    assert [(one.masked, one.user_id, one.provider_id, one.code_id) for one in deliveries if one.masked == ""] == [
        ("", None, None, None)
    ] * 2
    assert [one.country for one in deliveries] == [None, "DE", "DE"]
    assert [one.masked for one in deliveries if one.masked] == [OSCARS_MASK]


async def test_a_name_within_the_configuration_is_told_and_left(database: Database) -> None:
    def configured(conn: Connection) -> None:
        document = {"expression": "return user.username == 'olivia'"}
        conn.execute(metadata.tables["config_object"].insert().values(pk="p", model="policy", document=document))

    await database.run(furnish)
    await database.run(configured)
    assert dict((await erased(database)).remains) == {"config_object.document": 1}


async def test_an_address_that_two_people_share_stays_with_the_other(database: Database) -> None:
    await database.run(make_user, "olivia", email="family@example.org")
    await database.run(make_user, "oscar", email="Family@example.org")
    assert (await erased(database)).remains == {}
    assert (await database.read(_named, "oscar")).email == "Family@example.org"


def _named(conn: Connection, name: str) -> User:
    found = find_user(conn, username=name)
    assert found
    return found


async def test_the_last_superuser_is_not_erased(database: Database) -> None:
    await database.run(furnish)
    await erased(database, "oscar")
    before = await database.read(everything)
    with pytest.raises(Invalid, match="no active superuser"):
        await erased(database)
    assert await database.read(everything) == before
    assert (await database.read(_named, "olivia")).is_active


async def test_a_stranger_cannot_be_erased(database: Database) -> None:
    await database.run(furnish)
    before = await database.read(everything)
    with pytest.raises(NotFound, match="There is no user sam"):
        await erased(database, "sam")
    assert await database.read(everything) == before


@pytest.mark.parametrize("step", ["events", "deliveries", "config_revisions", "delete_user"])
async def test_an_erasure_that_was_interrupted_goes_on_where_it_is_asked_again(
    database: Database, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: Any) -> bool:
        raise Killed

    await database.run(furnish)
    with monkeypatch.context() as patched:
        if step == "delete_user":
            patched.setattr("watchword.administration.erasing.delete_user", kill)
        else:
            patched.setitem(storage_module.SCRUBBED, getattr(storage_module, step), kill)
        with pytest.raises(Killed):
            await erased(database)
    assert (await database.read(_named, "olivia")).is_active is False
    assert (await erased(database)).remains == {}
    assert "olivia" not in (await database.read(everything)).lower().replace("olivia-flow", "")


async def test_the_proof_finds_what_was_left(database: Database) -> None:
    """It could not prove anything else."""
    await database.run(furnish)
    done = await erased(database)
    await database.run(lambda conn: conn.execute(update(config_revisions).values(author="Olivia")))
    count = await database.read(lambda conn: conn.execute(select(func.count()).select_from(config_revisions)).scalar())
    assert dict(await remains(database, done.traces)) == {"config_revision.author": count}


TYPED = "key of a number that was only typed"


def asks(conn: Connection, name: str, number_key: str) -> None:
    """For a code to a number that is not enrolled: no delivery tells of it yet."""
    user = find_user(conn, username=name)
    assert user
    session = make_session(conn, f"other session of {name}", user_id=user.id)
    run(conn, session.id, f"asking {name}", Context())
    make_code(conn, subject=f"asking {name}:1", number_key=number_key)
    take(conn, f"resend:wait:stage:{number_key}", Limit(5, 60), NOW)


@pytest.mark.parametrize("whose", ["nobody", "oscar"])
async def test_a_number_that_he_only_typed_goes_with_its_code_and_its_waits_unless_it_is_anothers(
    database: Database, whose: str
) -> None:
    await database.run(furnish)
    key = TYPED if whose == "nobody" else f"key of {OSCAR}"
    if whose == "oscar":
        oscar = await database.read(find_user, username="oscar")
        assert oscar
        await database.run(make_device, oscar.id, "+447400123499", number_key=key, stage_pk="another")
    await database.run(asks, "olivia", key)
    await erased(database)
    left = await database.read(keys_with, key)
    assert left == ([] if whose == "nobody" else [f"resend:wait:stage:{key}", f"sms:number:{key}"])


def keys_with(conn: Connection, number_key: str) -> list[str]:
    keys = metadata.tables["throttle"].c.key
    return list(conn.execute(select(keys).where(keys.endswith(number_key)).order_by(keys)).scalars())


async def test_what_was_written_about_him_before_his_account_went_is_cleaned_too(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a request that was under way while the rest was read."""
    await database.run(furnish)
    olivia = await database.read(find_user, username="olivia")
    assert olivia
    finish = erasing._finish

    def late(conn: Connection, *args: Any) -> None:
        write_event(conn, action="code_throttled", now=NOW, user=olivia, message="late", client_ip="192.0.2.9")
        record_delivery(conn, now=NOW, gateway="late", outcome="sent", masked=OLIVIAS_MASK, user_id=olivia.id)
        finish(conn, *args)

    monkeypatch.setattr(erasing, "_finish", late)
    done = await erased(database)
    assert dict(done.remains) == {}
    [event] = await database.read(list_events, action="code_throttled")
    assert (event.user_id, event.username, event.message, event.client_ip) == (None, "", "", "")
    [delivery] = [one for one in await database.read(list_deliveries) if one.gateway == "late"]
    assert (delivery.user_id, delivery.masked) == (None, "")
