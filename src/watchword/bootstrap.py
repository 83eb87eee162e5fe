"""What a server does before it first answers: shipped blueprints, and the first administrator."""

import hashlib
from pathlib import Path

from sqlalchemy import Connection

from watchword.administration.first_administrator import PATH, hashed_link, offer_link
from watchword.administration.superusers import ADMIN, welcome_administrator
from watchword.blueprints.shipped_files import shipped_text
from watchword.clock import Clock, system_clock
from watchword.errors import SettingsInvalid
from watchword.flows.services import new_token
from watchword.gateways.registry import refuse_fakes
from watchword.keyring import Keyring
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot
from watchword.passwords import MIN_LENGTH, hash_password
from watchword.settings import Settings
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import load_objects
from watchword.storage.database import Database
from watchword.storage.install import get_fact, set_fact_once
from watchword.storage.kept_keys import settle_keyring
from watchword.storage.statements import lock
from watchword.storage.tokens import create_token
from watchword.storage.users import create_user, find_user

BOOTSTRAP_TOKEN = "authentik-bootstrap-token"  # noqa: S105 - the token's name, not its key

DEMO_USER, DEMO_PASSWORD = "demo", "watchword demo"
"""As in the demo blueprint."""

DEMO_BLUEPRINTS = ("demo", "enrollment", "recovery", "unenrollment")


async def bootstrap(settings: Settings, database: Database, *, demo: bool, clock: Clock = system_clock) -> None:
    """Safe to call at every start; raises `ConfigurationInvalid` where what is stored cannot be served, and
    `SettingsInvalid` where a stage would only pretend to send, the first administrator's password is too short, or
    there is no directory to watch.
    """
    _check_directory(settings.blueprints_dir)
    new_administrator = await _administrator_wanted(settings, database)
    keyring = settings.make_keyring()
    await database.run(settle_keyring, keyring)
    await shipped_sign_in(database, keyring, clock=clock)
    for name in DEMO_BLUEPRINTS if demo else ():
        await _apply_once(database, keyring, name, clock, sms_stage="demo-sms")
    if settings.blueprints_dir:
        # Only where they are wanted: what applies blueprints is a tenth of all that a server imports.
        from watchword.administration.watched_blueprints import Means, WatchedBlueprints

        # What cannot be applied does not keep the server from its start: an event tells of it.
        await WatchedBlueprints(settings.blueprints_dir, Means(database, keyring, clock)).sweep(start=True)
    if new_administrator:
        await _first_administrator(settings, database, clock)
    snapshot = Snapshot(await database.read(load_objects, CATALOGUE, keyring))
    refuse_fakes({stage.provider for stage in snapshot.all(SMSSettings)}, demo=demo)


async def shipped_sign_in(database: Database, keyring: Keyring, *, clock: Clock = system_clock) -> None:
    """Where there is no flow for signing in yet."""
    snapshot = Snapshot(await database.read(load_objects, CATALOGUE, keyring))
    if not any(flow.designation == "authentication" for flow in snapshot.all(Flow)):
        await _apply_once(database, keyring, "default", clock)


async def _apply_once(database: Database, keyring: Keyring, name: str, clock: Clock, **context: str) -> None:
    """Each edition of a shipped file once: what an administrator changed afterwards stays as he wants it."""
    text = shipped_text(name)
    fact = f"blueprint:{name}.yaml:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    if await database.read(get_fact, fact):
        return
    # Only where there is something to apply, which is at the first start.
    from watchword.blueprints.file import apply_text

    await apply_text(
        database,
        text,
        name=f"{name}.yaml",
        catalogue=CATALOGUE,
        keyring=keyring,
        clock=clock,
        author="watchword",
        context=context,
    )
    await database.run(set_fact_once, fact, clock().isoformat())


def _check_directory(directory: Path | None) -> None:
    if directory is not None and not directory.is_dir():
        raise SettingsInvalid(f"WATCHWORD_BLUEPRINTS_DIR: there is no directory {directory}. Make it, or unset it.")


async def start_link(settings: Settings, database: Database, *, clock: Clock = system_clock) -> str:
    """The path at which the first administrator chooses his password, or "" where there is one.

    Each start makes a new one, and the one before counts no more. The database keeps a keyed hash alone.
    """
    token = new_token()
    hashed = hashed_link(settings.make_keyring(), token)
    return f"{PATH}{token}/" if await database.run(offer_link, hashed, clock()) else ""


async def _administrator_wanted(settings: Settings, database: Database) -> bool:
    """Where the settings name one and there is none yet: a password changed later stays."""
    if not (settings.bootstrap_password or settings.bootstrap_token):
        return False
    if await database.read(_administrator_exists):
        return False
    if settings.bootstrap_password and len(settings.bootstrap_password) < MIN_LENGTH:
        raise SettingsInvalid(
            f"WATCHWORD_BOOTSTRAP_PASSWORD must have {MIN_LENGTH} characters or more, as every password. "
            "Set a longer one, or unset it and open the link that is printed at start."
        )
    return True


async def _first_administrator(settings: Settings, database: Database, clock: Clock) -> None:
    hashed = hash_password(settings.bootstrap_password) if settings.bootstrap_password else None
    await database.run(_create_administrator, hashed, settings.bootstrap_token, clock)


def _administrator_exists(conn: Connection) -> bool:
    return find_user(conn, username=ADMIN) is not None


def _create_administrator(conn: Connection, password_hash: str | None, token: str | None, clock: Clock) -> None:
    lock(conn, "superusers")  # of servers that start at once, all but one find him
    if _administrator_exists(conn):
        return
    user = create_user(conn, username=ADMIN, name="authentik Default Admin", now=clock(), password_hash=password_hash)
    welcome_administrator(conn, user, way="the settings", now=clock())
    if token:
        create_token(
            conn,
            identifier=BOOTSTRAP_TOKEN,
            user_id=user.id,
            key_hash=hashlib.sha256(token.encode()).hexdigest(),
            now=clock(),
            expiring=False,
            replace=True,
        )
