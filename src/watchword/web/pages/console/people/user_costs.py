"""What goes with a user, or becomes of what is his, told before anything is done."""

from sqlalchemy import Connection

from watchword.storage.device_lists import Owned, devices_owned
from watchword.storage.groups import direct_groups_of
from watchword.storage.sessions import sessions_of
from watchword.storage.tokens import list_tokens
from watchword.storage.users import User
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.confirming import Cost
from watchword.web.pages.console.people.named_by import lost_with
from watchword.web.pages.console.people.people_words import counted, owned_in_words


def of_deleting(conn: Connection, desk: Desk, user: User) -> Cost:
    owned = devices_owned(conn, [user.id]).get(user.id, Owned({}))
    tokens = len(list_tokens(conn, user_id=user.id))
    groups = ", ".join(group.name for group in direct_groups_of(conn, user.id))
    lost = lost_with(desk.snapshot, "user", user.id)
    gone = (
        owned_in_words(owned),
        counted(tokens, "token", "tokens") if tokens else "",
        _live_sessions(conn, desk, user),
        f"The membership of {groups}" if groups else "",
        *lost.gone,
    )
    return Cost(
        means=("This cannot be undone. What happened stays: events, messages and history keep the name.",),
        gone=tuple(text for text in gone if text),
        emptied=lost.emptied,
        blocked=lost.blocked,
        warning=lost.warning,
    )


def of_deactivating(conn: Connection, desk: Desk, user: User) -> Cost:
    ending = _live_sessions(conn, desk, user)
    means = (
        f"Nobody can sign in as {user.username}, and no token of this user counts, until you activate it again.",
        "Devices, tokens, groups and attributes stay.",
    )
    return Cost(means, (ending,) if ending else ())


def of_activating(_conn: Connection, _desk: Desk, user: User) -> Cost:
    return Cost((f"{user.username} can sign in again, with the password, devices and tokens from before.",))


def of_ending_sessions(conn: Connection, desk: Desk, user: User) -> Cost:
    means = f"{user.username} is signed out everywhere, and can sign in again."
    mine = ("The session in which you see this goes on.",) if user.id == desk.user.id else ()
    ending = _live_sessions(conn, desk, user)
    return Cost((means, *mine), (ending,) if ending else ())


def _live_sessions(conn: Connection, desk: Desk, user: User) -> str:
    count = len(sessions_of(conn, user.id, desk.services.clock()))
    return counted(count, "session", "sessions") if count else ""
