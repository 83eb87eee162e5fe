"""`watchword backup` and `watchword restore`."""

import shutil
import stat
from pathlib import Path

import pytest

from tests.people import OTHER, OWNER
from tests.unit.cli.commands import Commands, is_refused, look
from watchword.storage.in_use import in_use
from watchword.storage.users import find_user

POSTGRESQL = {"database_url": "postgresql://sms:hidden@db.example.org:5433/sms", "secret_key": "k" * 40}


@pytest.fixture
def copy(commands: Commands, tmp_path: Path) -> Path:
    """Of a moment when there was the owner, and nobody else."""
    create(commands, OWNER.username)
    assert commands.run("backup", str(tmp_path / "copy.db")).exit_code == 0
    create(commands, OTHER.username)
    return tmp_path / "copy.db"


def create(commands: Commands, name: str) -> None:
    assert commands.run("user", "create", name, user_password="a long password").exit_code == 0


def people(commands: Commands) -> list[bool]:
    return [look(commands, find_user, username=name) is not None for name in (OWNER.username, OTHER.username)]


def test_a_backup_is_restored(commands: Commands, copy: Path) -> None:
    assert people(commands) == [True, True]
    done = commands.run("restore", str(copy), "--yes")
    assert done.exit_code == 0, done.output
    assert people(commands) == [True, False]
    kept = next(commands.data_dir.glob("watchword.db.before-*"))
    assert f"kept as {kept}" in done.stdout
    assert commands.run("restore", str(kept), "--yes").exit_code == 0
    assert people(commands) == [True, True]


def test_a_backup_on_another_machine(commands: Commands, copy: Path, tmp_path: Path) -> None:
    elsewhere = Commands(tmp_path / "elsewhere")
    elsewhere.data_dir.mkdir()
    shutil.copy(commands.data_dir / "secret_key", elsewhere.data_dir)
    assert elsewhere.run("restore", str(copy), "--yes").exit_code == 0
    assert people(elsewhere) == [True, False]


def test_the_key_is_in_no_backup_unless_it_is_asked_for(commands: Commands, copy: Path, tmp_path: Path) -> None:
    key = (commands.data_dir / "secret_key").read_text().strip()
    assert key.encode() not in copy.read_bytes()
    plain = commands.run("backup", str(copy), "--force")
    assert "The secret key is not in it" in plain.stdout
    done = commands.run("backup", str(tmp_path / "again.db"), "--with-key")
    written = tmp_path / "again.db.secret_key"
    assert written.read_text().strip() == key
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert key not in done.output
    assert str(written) in done.stdout
    assert commands.run("backup", str(tmp_path / "again.db"), "--with-key", "--force").exit_code == 0


def test_a_restore_asks_first(commands: Commands, copy: Path) -> None:
    asked = commands.run("restore", str(copy), typed="n\n")
    assert asked.exit_code == 1
    assert "What is in it now is kept beside it" in asked.output
    assert people(commands) == [True, True]
    assert commands.run("restore", str(copy), typed="y\n").exit_code == 0
    assert people(commands) == [True, False]


def test_a_file_that_is_there_is_not_overwritten(commands: Commands, copy: Path) -> None:
    before = copy.read_bytes()
    assert is_refused(commands.run("backup", str(copy)), "is there already", "--force")
    assert copy.read_bytes() == before


def test_beside_a_server_a_backup_is_made_and_nothing_is_restored(commands: Commands, copy: Path) -> None:
    with in_use(f"sqlite:///{commands.data_dir / 'watchword.db'}"):
        assert commands.run("backup", str(copy), "--force").exit_code == 0
        assert is_refused(commands.run("restore", str(copy), "--yes"), "A server or another command uses", "Stop it")
    assert people(commands) == [True, True]


def test_where_there_is_no_database_nothing_is_backed_up(commands: Commands, tmp_path: Path) -> None:
    assert is_refused(commands.run("backup", str(tmp_path / "copy.db")), "There is no database at")
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize(("command", "program"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_with_postgresql_it_says_the_command_without_the_password(
    commands: Commands, tmp_path: Path, command: str, program: str
) -> None:
    refused = commands.run(command, str(tmp_path / "copy"), **POSTGRESQL)
    assert is_refused(refused, f"With PostgreSQL: {program} ", "'postgresql://sms@db.example.org:5433/sms'")
    assert "hidden" not in refused.output


def test_a_database_in_memory_has_no_backup(commands: Commands, tmp_path: Path) -> None:
    refused = commands.run("backup", str(tmp_path / "copy"), database_url="sqlite://")
    assert is_refused(refused, "lives in memory")
