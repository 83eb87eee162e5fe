"""Opening an installation to look at it: nothing is made, migrated or changed, and nothing that is wrong stops it."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.administration.doctor.patients import KEY
from tests.unit.web.house import Prepared, prepare
from watchword.administration.doctor.admission import admit, connected
from watchword.administration.doctor.patient import Patient
from watchword.errors import ConfigurationInvalid, DatabaseUnavailable, SettingsInvalid
from watchword.settings import Settings, look


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """On SQLite alone: these tests look at the file."""
    return prepare(tmp_path_factory.mktemp("prepared") / "data", {})


@pytest.fixture
def data(prepared: Prepared, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("watchword.db", "secret_key"):
        (folder / name).write_bytes((prepared.data_dir / name).read_bytes())
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def settings(data: Path, **changes: str) -> Settings:
    return look({}, data_dir=data, **changes)


async def test_what_is_well_is_opened_and_given_back(data: Path) -> None:
    async with admit(settings(data), {}) as patient:
        assert patient.snapshot is not None
        assert len(patient.snapshot) > 50
        assert patient.asked is not None
        assert (patient.database_trouble, patient.configuration_trouble) == (None, None)
        http = patient.http
    assert http is not None
    with pytest.raises(RuntimeError, match="The HTTP client is closed"):
        await http.ask("GET", "http://127.0.0.1:1/", headers={})


async def test_offline_nobody_can_be_asked(data: Path) -> None:
    async with admit(settings(data), {}, offline=True) as patient:
        assert (patient.http, patient.asked) == (None, None)


async def test_looking_changes_nothing(data: Path) -> None:
    before = contents(data)
    async with admit(settings(data), {}, offline=True):
        pass
    assert contents(data) == before


async def test_where_there_is_nothing_nothing_is_made(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    async with admit(settings(nowhere), {}, offline=True) as patient:
        assert isinstance(patient.database_trouble, DatabaseUnavailable)
        assert (patient.database, patient.snapshot) == (None, None)
    assert not nowhere.exists()


async def test_in_a_directory_without_a_database_none_is_made(tmp_path: Path) -> None:
    async with admit(settings(tmp_path), {}, offline=True) as patient:
        assert patient.database is None
    assert contents(tmp_path) == {}


async def test_a_key_that_opens_nothing_is_noted(data: Path) -> None:
    (data / "secret_key").unlink()
    with closing(sqlite3.connect(data / "watchword.db")) as database, database:
        sealed = '{"name":"x","provider":"demo","auth":"sealed:aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8="}'
        model = "authentik_stages_authenticator_sms.authenticatorsmsstage"
        database.execute("INSERT INTO config_object VALUES ('p', ?, ?)", (model, sealed))
    async with admit(settings(data, secret_key=KEY), {}, offline=True) as patient:
        assert isinstance(patient.configuration_trouble, SettingsInvalid)
        assert patient.database is not None


async def test_a_configuration_of_another_version_is_noted(data: Path) -> None:
    with closing(sqlite3.connect(data / "watchword.db")) as database, database:
        database.execute("INSERT INTO config_object VALUES ('p', 'some.model', '{}')")
    async with admit(settings(data), {}, offline=True) as patient:
        assert isinstance(patient.configuration_trouble, ConfigurationInvalid)


async def test_a_database_without_tables_has_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "watchword.db").touch()
    async with admit(settings(tmp_path), {}, offline=True) as patient:
        assert patient.database is not None
        assert (patient.snapshot, patient.configuration_trouble) == (None, None)


async def test_without_configuration_there_is_nobody_to_ask(tmp_path: Path) -> None:
    async with admit(settings(tmp_path), {}) as patient:
        assert patient.asked is None
        assert patient.http is not None


async def test_what_is_opened_is_closed_when_the_examination_fails(data: Path) -> None:
    kept: list[Patient] = []

    async def examined() -> None:
        async with admit(settings(data), {}) as patient:
            kept.append(patient)
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await examined()
    [patient] = kept
    assert patient.http is not None
    with pytest.raises(RuntimeError, match="The HTTP client is closed"):
        await patient.http.ask("GET", "http://127.0.0.1:1/", headers={})


async def test_each_examination_has_a_client_of_its_own(data: Path) -> None:
    async with (
        admit(settings(data), {}, offline=True) as patient,
        connected(patient, offline=False) as one,
        connected(patient, offline=False) as two,
    ):
        assert one.http is not two.http
        assert one.asked is not two.asked
