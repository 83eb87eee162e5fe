"""What pages, the API and the housekeeping ask of large tables: each must go by an index, or say why not."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import NamedTuple
from unittest import mock

from sqlalchemy import Connection

from benchmarks.explaining import Explained, Work, explain
from benchmarks.filling import NOW, number_key
from watchword.storage.authenticators import (
    authenticators_of,
    get_authenticator,
    has_authenticator,
    page_of_authenticators,
    record_use,
)
from watchword.storage.codes import consume_code, kill_codes, live_code, still_live, try_code
from watchword.storage.deliveries import (
    confirm_delivery,
    count_some_deliveries,
    get_delivery,
    list_deliveries,
    newest_deliveries,
    was_sent,
)
from watchword.storage.device_lists import SoughtDevices, devices_after, devices_owned, page_of_devices
from watchword.storage.devices import SMSDevice, count_devices, list_devices, number_enrolled
from watchword.storage.events import (
    count_some_events,
    get_event,
    list_events,
    newest_events,
    page_of_events,
    recent_events,
)
from watchword.storage.executions import end_executions_of, load_execution, save_execution
from watchword.storage.groups import groups_of, is_superuser
from watchword.storage.health import newest_event, overdue
from watchword.storage.listing import Condition, Wanted
from watchword.storage.newest import Sought
from watchword.storage.sessions import (
    count_some_sessions,
    end_sessions_of,
    get_session,
    newest_sessions,
    page_of_sessions,
    sessions_of,
)
from watchword.storage.static_devices import StaticDevice
from watchword.storage.sweep import Retention, sorts, sweep
from watchword.storage.throttles import Limit, give_back, take
from watchword.storage.tokens import find_token, list_tokens, page_of_tokens, touch_token
from watchword.storage.totp_devices import TOTPDevice
from watchword.storage.traffic import failing, tallies
from watchword.storage.user_lists import Sought as SoughtUsers
from watchword.storage.user_lists import count_users, list_users, usernames_of, users_after
from watchword.storage.users import find_user, find_user_by_uuid, get_user, identify_user, page_of_users
from watchword.storage.visitors import find_visitor

LARGE = {
    "delivery": 100_000_000,
    "event": 100_000_000,
    "users": 10_000_000,
    "sms_device": 10_000_000,
    "totp_device": 1_000_000,
    "static_device": 1_000_000,
    "session": 10_000_000,
    "execution": 1_000_000,
    "code": 10_000_000,
    "throttle": 10_000_000,
    "token": 100_000,
}
"""Rows that tables are believed to have."""

DAY, MONTH = NOW - timedelta(days=1), NOW - timedelta(days=30)
LATER = NOW + timedelta(seconds=1)
STAGE, USER = "stage-1", 77

COUNTED = "the API says how many there are, and counts them"
SEARCHED = "a part of a name is searched for, which no index finds"
TALLIED = "it sums up what was sent in that time"
WHOLE = "it reads all, a batch at a time"


class Query(NamedTuple):
    """`scan` is why it may read a whole table; "" that it may not."""

    name: str
    work: Work
    scan: str = ""


def explained(conn: Connection) -> list[tuple[Query, Explained]]:
    """What each changes is taken back, so that the next finds everything. Of what is searched row by row only a few
    rows are looked at, as few among those that are there as there would be among all.
    """
    found = []
    with mock.patch("watchword.storage.newest.LOOKED_AT", 2):
        for query in queries():
            undone = conn.begin_nested()
            found.append((query, explain(conn, query.work)))
            undone.rollback()
    return found


def queries() -> Iterator[Query]:
    yield from _visits()
    yield from _codes()
    yield from _devices()
    yield from _deliveries()
    yield from _events()
    yield from _console()
    yield from _housekeeping()


def _visits() -> Iterator[Query]:
    yield Query("a session by its token", lambda conn: find_visitor(conn, "token-77", NOW))
    yield Query("a session by its id", lambda conn: get_session(conn, 77, NOW))
    yield Query("the sessions of a user", lambda conn: sessions_of(conn, USER, NOW))
    yield Query("the end of a user's sessions", lambda conn: end_sessions_of(conn, USER))
    yield Query("an execution", lambda conn: load_execution(conn, 77, "flow", NOW))
    yield Query("an execution is saved", lambda conn: save_execution(conn, "run-77", 1, b"", NOW))
    yield Query("the end of a session's executions", lambda conn: end_executions_of(conn, 78))
    yield Query("a user by his id", lambda conn: get_user(conn, USER))
    yield Query("a user by his name", lambda conn: find_user(conn, username="user77"))
    yield Query("a user by his UUID", lambda conn: find_user_by_uuid(conn, "uuid-77"))
    yield Query("whom a visitor means", lambda conn: identify_user(conn, "nobody", ["email", "username", "upn"]))
    yield Query("the groups of a user", lambda conn: groups_of(conn, USER))
    yield Query("whether he is a superuser", lambda conn: is_superuser(conn, USER))
    yield Query("a token by its key", lambda conn: find_token(conn, "key-77", NOW))
    yield Query("a token is used", lambda conn: touch_token(conn, "token-77", NOW))
    yield Query("a throttle is taken", lambda conn: take(conn, "sms:number:77", Limit(5, 60), NOW))
    yield Query("a throttle is given back", lambda conn: give_back(conn, ["sms:number:78"], NOW))


def _codes() -> Iterator[Query]:
    yield Query("a code is tried", lambda conn: try_code(conn, 77, "hash", NOW))
    yield Query("a code is used up", lambda conn: consume_code(conn, 77, NOW))
    yield Query("codes are killed", lambda conn: kill_codes(conn, "sms-enrolment", "run-77"))
    yield Query("the live code", lambda conn: live_code(conn, "sms-enrolment", "run-77"))
    yield Query("codes that are still live", lambda conn: still_live(conn, list(range(500))))


def _devices() -> Iterator[Query]:
    yield Query("whether a number is enrolled", lambda conn: number_enrolled(conn, STAGE, (number_key(77),)))
    yield Query("a device by its id", lambda conn: get_authenticator(conn, SMSDevice, 77))
    yield Query("a device is used", lambda conn: record_use(conn, SMSDevice, 77, NOW))
    yield Query("how many devices a user has", lambda conn: count_devices(conn, USER, STAGE))
    yield Query("devices of several users", lambda conn: devices_owned(conn, list(range(50))))
    for cls in (SMSDevice, TOTPDevice, StaticDevice):
        yield Query(f"the devices of a user: {cls.device_class}", _of_user(cls))
        yield Query(f"whether a user has any: {cls.device_class}", _has(cls))


def _of_user(cls: type[SMSDevice | TOTPDevice | StaticDevice]) -> Work:
    return lambda conn: authenticators_of(conn, cls, USER)


def _has(cls: type[SMSDevice | TOTPDevice | StaticDevice]) -> Work:
    return lambda conn: has_authenticator(conn, cls, USER)


def _deliveries() -> Iterator[Query]:
    yield Query("the newest deliveries", list_deliveries)
    yield Query("the newest deliveries of a user", lambda conn: list_deliveries(conn, user_id=USER))
    yield Query("a delivery", lambda conn: get_delivery(conn, 77))
    yield Query("a delivery is confirmed", lambda conn: confirm_delivery(conn, 77, NOW))
    yield Query("whether a stage ever sent", lambda conn: was_sent(conn, STAGE))
    yield Query("whether a stage that is new ever sent", lambda conn: was_sent(conn, "stage-new"))
    yield Query("failures of a stage", lambda conn: failing(conn, STAGE, MONTH))
    yield Query("failures of a stage that is new", lambda conn: failing(conn, "stage-new", MONTH))
    yield Query("a day by the hour", lambda conn: tallies(conn, DAY, LATER, "hour"), TALLIED)
    yield Query("a month by the day", lambda conn: tallies(conn, MONTH, LATER, "day"), TALLIED)
    for name, sought in _sought("provider_id", "message-77", "country"):
        yield Query(f"messages: {name}", partial(newest_deliveries, sought=sought))
        yield Query(f"how many messages: {name}", partial(count_some_deliveries, sought=sought))


def _events() -> Iterator[Query]:
    yield Query("the newest events", list_events)
    yield Query("the newest events of an action", lambda conn: list_events(conn, action="login"))
    yield Query("the newest events of a user", lambda conn: list_events(conn, user_id=USER))
    yield Query("an event", lambda conn: get_event(conn, "event-77"))
    yield Query("the newest event", newest_event)
    yield Query("problems of a day", lambda conn: recent_events(conn, ["sms_send_failed"], DAY, each=300))
    yield Query("events in the API", lambda conn: page_of_events(conn, Wanted()), COUNTED)
    for name, sought in _sought("action", "login", "client_ip"):
        yield Query(f"events: {name}", partial(newest_events, sought=sought))
        yield Query(f"how many events: {name}", partial(count_some_events, sought=sought))


def _sought(column: str, value: str, other: str) -> Iterator[tuple[str, Sought]]:
    """As the console narrows a list of what happened."""
    yield "all", Sought()
    yield "of a user", Sought(conditions=(Condition("user_id", "is", USER),))
    yield "by an index", Sought(conditions=(Condition(column, "is", value),))
    yield "of a day", Sought(since=DAY, until=LATER)
    yield "until a month ago", Sought(until=MONTH)
    slow = Condition(other, "is", "nowhere")
    yield "by what no index finds", Sought(conditions=(slow,))
    yield "by what no index finds, within a month", Sought(conditions=(slow,), since=MONTH)


def _console() -> Iterator[Query]:
    yield Query("users in the console", list_users)
    yield Query("users in the console are counted", count_users, COUNTED)
    yield Query("users are searched", lambda conn: list_users(conn, SoughtUsers(search="nowhere")), SEARCHED)
    yield Query("users, in batches", lambda conn: users_after(conn, SoughtUsers(), 1000, limit=500))
    yield Query("users in the API", lambda conn: page_of_users(conn, Wanted()), COUNTED)
    yield Query("names of users", lambda conn: usernames_of(conn, range(50)))
    yield Query("devices in the console", lambda conn: page_of_devices(conn, SoughtDevices(), limit=50), COUNTED)
    by_number = SoughtDevices(number_keys=(number_key(77),))
    yield Query("devices of a number", lambda conn: page_of_devices(conn, by_number, limit=50))
    yield Query("devices, in batches", lambda conn: devices_after(conn, SoughtDevices(), None, limit=500), WHOLE)
    yield Query("devices by their ids", list_devices)
    yield Query("devices in the API", lambda conn: page_of_authenticators(conn, SMSDevice, Wanted()), COUNTED)
    yield Query(
        "devices of a user in the API",
        lambda conn: page_of_authenticators(conn, SMSDevice, Wanted(), user_id=USER),
    )
    yield Query("sessions in the API", lambda conn: page_of_sessions(conn, Wanted(), NOW), COUNTED)
    yield Query("sessions in the console", lambda conn: newest_sessions(conn, Sought(), NOW))
    yield Query("how many sessions", lambda conn: count_some_sessions(conn, Sought(), NOW))
    yield Query("tokens of a user", lambda conn: list_tokens(conn, user_id=USER))
    yield Query("tokens in the console", lambda conn: page_of_tokens(conn, Wanted()), COUNTED)


def _housekeeping() -> Iterator[Query]:
    for sort in sorts(Retention(deliveries=timedelta(days=89), events=timedelta(days=89))):
        yield Query(f"the sweep: {sort.table}", partial(sweep, sort=sort, now=NOW))
    yield Query("what is overdue", lambda conn: overdue(conn, NOW, 1000))
