"""`watchword rotate-key`: with the key of the data directory, and with keys from the environment."""

from pathlib import Path

import pytest

from tests.people import OWNER
from tests.unit.cli.commands import Commands, is_refused, look
from watchword.administration import rotating
from watchword.clock import system_clock
from watchword.keyring import Keyring
from watchword.storage.in_use import in_use
from watchword.storage.kept_keys import key_in_force, settle_keyring
from watchword.storage.tables import totp_devices
from watchword.storage.totp_devices import create_totp_device
from watchword.storage.users import find_user
from watchword.totp import open_secret, seal_secret

ONE, TWO = "1" * 40, "2" * 40
SECRET = "JBSWY3DPEHPK3PXP"


def furnish(commands: Commands, key: str, **settings: str) -> None:
    """A database with an authenticator app."""
    assert commands.run("user", "create", OWNER.username, user_password="a long password", **settings).exit_code == 0
    owner = look(commands, find_user, username=OWNER.username)
    assert owner
    keyring = Keyring(key)
    look(commands, settle_keyring, keyring)
    sealed, now = seal_secret(keyring, SECRET), system_clock()
    look(
        commands,
        create_totp_device,
        user_id=owner.id,
        stage_pk="s",
        secret=sealed,
        digits=6,
        last_step=1,
        now=now,
    )


def opened(commands: Commands, key: str) -> str:
    sealed: bytes = look(commands, lambda conn: conn.execute(totp_devices.select()).one().secret)
    return open_secret(Keyring(key), sealed)


def key_of(commands: Commands) -> str:
    return (commands.data_dir / "secret_key").read_text().strip()


@pytest.fixture
def old(commands: Commands) -> str:
    """The key that the data directory made for itself."""
    commands.run("migrate")
    furnish(commands, key_of(commands))
    return key_of(commands)


def test_the_key_of_the_data_directory_is_replaced(commands: Commands, old: str) -> None:
    done = commands.run("rotate-key", "--yes")
    assert done.exit_code == 0, done.output
    new, aside = key_of(commands), commands.data_dir / f"secret_key.{Keyring(old).key_id}"
    assert new != old
    assert opened(commands, new) == SECRET
    assert look(commands, key_in_force) == Keyring(new).key_id
    assert aside.read_text().strip() == old
    assert not (commands.data_dir / "secret_key.previous").exists()
    assert "Sealed anew       1 row of totp_device" in done.stdout
    assert f"The key before is in {aside}" in done.stdout
    assert old not in done.output
    assert new not in done.output


def test_it_asks_first(commands: Commands, old: str) -> None:
    asked = commands.run("rotate-key", typed="n\n")
    assert asked.exit_code == 1
    assert "Backups made before still need the present key" in asked.output
    assert key_of(commands) == old
    assert commands.run("rotate-key", typed="y\n").exit_code == 0
    assert key_of(commands) != old


def test_a_server_that_knows_one_key_alone_must_be_stopped(commands: Commands, old: str) -> None:
    with in_use(f"sqlite:///{commands.data_dir / 'watchword.db'}"):
        assert is_refused(commands.run("rotate-key", "--yes"), "Stop it first")
    assert key_of(commands) == old
    assert opened(commands, old) == SECRET


def test_interrupted_it_goes_on_also_beside_a_server_that_was_started_meanwhile(
    commands: Commands, old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rotating, "finish", kill)
        assert commands.run("rotate-key", "--yes").exit_code != 0
    new = key_of(commands)
    assert (commands.data_dir / "secret_key.previous").read_text().strip() == old
    assert commands.run("device", "list", OWNER.username).exit_code == 0
    with in_use(f"sqlite:///{commands.data_dir / 'watchword.db'}"):
        done = commands.run("rotate-key")
    assert done.exit_code == 0, done.output
    assert "A rotation was interrupted: it goes on." in done.stdout
    assert key_of(commands) == new
    assert opened(commands, new) == SECRET


def test_keys_of_the_environment(commands: Commands) -> None:
    furnish(commands, ONE, secret_key=ONE)
    assert is_refused(commands.run("rotate-key", "--yes", secret_key=ONE), "WATCHWORD_SECRET_KEY_PREVIOUS")
    same = commands.run("rotate-key", "--yes", secret_key=ONE, secret_key_previous=ONE)
    assert is_refused(same, "Give the new key as WATCHWORD_SECRET_KEY")
    with in_use(f"sqlite:///{commands.data_dir / 'watchword.db'}"):
        done = commands.run("rotate-key", secret_key=TWO, secret_key_previous=ONE)
    assert done.exit_code == 0, done.output
    assert "WATCHWORD_SECRET_KEY_PREVIOUS can go" in done.stdout
    assert opened(commands, TWO) == SECRET
    assert ONE not in done.output + str(list(commands.data_dir.iterdir()))


def test_keys_of_another_database_are_refused(commands: Commands) -> None:
    furnish(commands, ONE, secret_key=ONE)
    refused = commands.run("rotate-key", secret_key=TWO, secret_key_previous="3" * 40)
    assert is_refused(refused, f"whose id is {Keyring(ONE).key_id}")
    assert opened(commands, ONE) == SECRET


def test_a_backup_from_before_needs_the_key_that_was_put_aside(commands: Commands, old: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert commands.run("backup", str(copy)).exit_code == 0
    assert commands.run("rotate-key", "--yes").exit_code == 0
    done = commands.run("restore", str(copy), "--yes")
    assert done.exit_code == 0, done.output
    assert f"was sealed with the key {Keyring(old).key_id}" in done.stdout
    assert f"Put that key into {commands.data_dir / 'secret_key'}" in done.stdout
    assert opened(commands, old) == SECRET


def test_a_backup_of_the_same_key_says_nothing_of_it(commands: Commands, old: str, tmp_path: Path) -> None:
    assert commands.run("backup", str(tmp_path / "copy.db")).exit_code == 0
    assert "sealed with" not in commands.run("restore", str(tmp_path / "copy.db"), "--yes").output
