"""One person is erased: his account, and his name, numbers and addresses wherever history holds them; and the proof.

In steps that visitors do not wait for. The account ends first and its row goes last, so that whoever was interrupted
can do the same again.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from watchword.administration.superusers import LAST, keep_a_superuser
from watchword.errors import FieldsInvalid, Invalid, NotFound
from watchword.flows.execution import restore
from watchword.keyring import Keyring
from watchword.progress import Watch, unwatched
from watchword.storage.database import Database
from watchword.storage.erasing import (
    SCRUBBED,
    delete_executions,
    drop_codes,
    drop_throttles,
    numbers_asked_of,
    owned,
    scrub_late,
    scrub_rows,
)
from watchword.storage.events import write_event
from watchword.storage.groups import is_superuser
from watchword.storage.paging import batches, count_rows, in_portions
from watchword.storage.remains import remains
from watchword.storage.sessions import end_sessions_of
from watchword.storage.tables import executions
from watchword.storage.traces import Traces, traces_of
from watchword.storage.users import delete_user, find_user, update_user


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """Rows by table: `removed`, and `cleaned` of what named him. `remains` are rows that still do, by column: there
    should be none.
    """

    removed: Mapping[str, int]
    cleaned: Mapping[str, int]
    remains: Mapping[str, int]
    traces: Traces


async def erase(
    database: Database, keyring: Keyring, username: str, *, by: str, now: datetime, watch: Watch = unwatched
) -> Erased:
    """Raises `NotFound`, and `Invalid` for the last superuser, of whom nothing is changed then."""
    traces, counted = await database.run(_begin, username)
    removed = Counter(counted)
    removed["execution"] += await _end_runs(database, keyring, traces)
    removed["code"] += await database.run(drop_codes, traces)
    removed["throttle"] += await database.run(drop_throttles, traces)
    cleaned = await _clean(database, traces, watch)
    await database.run(_finish, traces.user_id, by, now)
    await database.run(scrub_late, traces)
    found = await remains(database, traces)
    return Erased(removed=+removed, cleaned=+cleaned, remains=found, traces=traces)


def _begin(conn: Connection, username: str) -> tuple[Traces, dict[str, int]]:
    """He can do nothing any more that would leave new traces."""
    user = find_user(conn, username=username)
    if user is None:
        raise NotFound(f"There is no user {username}.")
    counted, matters = owned(conn, user.id), is_superuser(conn, user.id)
    asked = numbers_asked_of(conn, user.id)
    update_user(conn, user.id, is_active=False)
    end_sessions_of(conn, user.id)
    try:
        if matters:
            keep_a_superuser(conn)
    except FieldsInvalid:
        raise Invalid(LAST) from None
    traces = traces_of(conn, user)
    keys = dict.fromkeys((*traces.number_keys, *asked))
    return msgspec.structs.replace(traces, number_keys=tuple(keys)), counted


async def _end_runs(database: Database, keyring: Keyring, traces: Traces) -> int:
    """Runs of strangers' sessions that are about him, as a recovery is; they are sealed, so each is opened."""
    ended = 0
    async for rows in batches(database, executions):
        about_him = [row.id for row in rows if _is_about(keyring, row, traces)]
        ended += await in_portions(database, about_him, delete_executions)
    return ended


def _is_about(keyring: Keyring, row: Row[Any], traces: Traces) -> bool:
    """What cannot be opened is of no use to its visitor either."""
    execution = restore(keyring, row.state, row.version)
    if execution is None or execution.context.pending_user == traces.user_id:
        return True
    return traces.stand_in(msgspec.to_builtins(execution))


async def _clean(database: Database, traces: Traces, watch: Watch) -> Counter[str]:
    cleaned: Counter[str] = Counter()
    for table in SCRUBBED:
        done, total = 0, await database.read(count_rows, table)
        async for rows in batches(database, table):
            work = partial(scrub_rows, table=table, traces=traces)
            cleaned[table.name] += await in_portions(database, [row.id for row in rows], work)
            done += len(rows)
            watch(f"Reading {table.name}", done, max(done, total))
    return cleaned


def _finish(conn: Connection, user_id: int, by: str, now: datetime) -> None:
    delete_user(conn, user_id)
    write_event(conn, action="user_erased", now=now, message="Somebody was erased", context={"by": by})
