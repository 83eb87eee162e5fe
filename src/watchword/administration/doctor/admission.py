"""Opens an installation for the checks, as far as it can be opened; it makes, migrates and changes nothing."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from watchword.administration.doctor.asking import Asked
from watchword.administration.doctor.checks.stages import sms_stages
from watchword.administration.doctor.patient import Patient
from watchword.clock import Clock, system_clock
from watchword.errors import DatabaseUnavailable, WatchwordError
from watchword.gateways.exchange import Client
from watchword.gateways.http_later import LaterClient
from watchword.gateways.sender import Sender
from watchword.model.snapshot import Snapshot
from watchword.settings import Settings
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import load_objects
from watchword.storage.database import Database, open_database
from watchword.storage.health import ping
from watchword.storage.urls import file_of, is_there


@asynccontextmanager
async def admit(
    settings: Settings, environ: Mapping[str, str], *, offline: bool = False, clock: Clock = system_clock
) -> AsyncIterator[Patient]:
    """From outside, whether a server runs or not. What does not open is for the checks to tell."""
    patient = Patient(settings=settings, environ=environ, clock=clock)
    async with AsyncExitStack() as stack:
        try:
            database = await _open(stack, settings.database_url)
        except WatchwordError as trouble:
            patient = replace(patient, database_trouble=trouble)
        else:
            patient = await _with_configuration(replace(patient, database=database))
        async with connected(patient, offline=offline) as ready:
            yield ready


@asynccontextmanager
async def connected(patient: Patient, *, offline: bool) -> AsyncIterator[Patient]:
    """With a client of its own for whoever is asked, so that no message waits for the doctor."""
    if offline:
        yield patient
        return
    http = LaterClient(timeout=patient.settings.gateway_deadline)
    try:
        yield replace(patient, http=http, asked=_asked(patient, http))
    finally:
        await http.close()


def _asked(patient: Patient, http: Client) -> Asked | None:
    if patient.snapshot is None:
        return None
    sender = Sender(http, demo=True, clock=patient.clock)
    return Asked(sender, patient.settings, patient.clock, sms_stages(patient.snapshot.all(AuthenticatorSMSStage)))


async def _open(stack: AsyncExitStack, url: str) -> Database:
    """Raises `DatabaseUnavailable`, also where there is no file: opening it would make one."""
    file = file_of(url)
    if file and not is_there(file):
        raise DatabaseUnavailable
    database = open_database(url)
    stack.push_async_callback(database.close)
    await database.read(ping)
    return database


async def _with_configuration(patient: Patient) -> Patient:
    keyring = patient.settings.make_keyring()
    try:
        objects = await patient.the_database().read(load_objects, CATALOGUE, keyring)
        return replace(patient, snapshot=Snapshot(objects))
    except DatabaseUnavailable as trouble:
        return replace(patient, database=None, database_trouble=trouble)
    except WatchwordError as trouble:
        return replace(patient, configuration_trouble=trouble)
    except SQLAlchemyError:
        return patient  # no such table: the check of the schema tells it
