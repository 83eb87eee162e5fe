"""`watchword serve`: what it refuses to start with, each with a sentence that says the fix."""

import re
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.people import OWNER
from tests.unit.cli.commands import Commands, is_refused, look
from watchword.administration.first_administrator import hashed_link
from watchword.cli import serve as module
from watchword.cli.banner import banner
from watchword.clock import system_clock
from watchword.keyring import Keyring
from watchword.storage.events import list_events
from watchword.storage.start_link import start_link_counts


@contextmanager
def taken(host: str = "127.0.0.1") -> Iterator[int]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Stands in for the server: what it was started with; it stops as if a signal had asked it to."""
    calls: list[tuple[Any, ...]] = []

    async def run(app: Any, host: str, port: int) -> bool:
        calls.append((app, host, port))
        return True

    monkeypatch.setattr(module, "run", run)
    monkeypatch.setattr(module, "leave", sys.exit)  # the real one would end the tests with it
    monkeypatch.setattr(module, "configure", lambda *_, **__: None)
    return calls


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_that_is_taken(commands: Commands, host: str) -> None:
    with taken(host) as port:
        refused = commands.run("serve", "--host", host, "--port", str(port))
        assert is_refused(refused, f"Cannot listen at {host}:{port}", "Choose another --port.")
    assert not (commands.data_dir / "watchword.db").exists()


@pytest.mark.parametrize("host", ["192.0.2.1", "not a host", "256.0.0.1"])
def test_an_address_that_is_not_this_machines(commands: Commands, host: str) -> None:
    assert is_refused(commands.run("serve", "--host", host), f"Cannot listen at {host}:9000")


def test_several_workers_on_the_embedded_database(commands: Commands) -> None:
    refused = commands.run("serve", "--workers", "2")
    assert is_refused(refused, "Several workers need PostgreSQL", "--workers 1", "WATCHWORD_DATABASE_URL")


def test_several_workers_with_the_demo_s_handset(commands: Commands) -> None:
    address = {"database_url": "postgresql://db.example.org/watchword", "secret_key": "k" * 32}
    assert is_refused(commands.run("serve", "--workers", "2", "--demo", **address), "handset", "--demo --workers 1")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"database_url": "postgresql://db.example.org/watchword"}, ["WATCHWORD_SECRET_KEY", "openssl rand -hex 32"]),
        ({"database_url": "mysql://db.example.org/watchword"}, ["WATCHWORD_DATABASE_URL", "postgresql://"]),
        ({"secret_key": "short"}, ["WATCHWORD_SECRET_KEY", "32 characters"]),
        ({"public_url": "sms.example.org"}, ["WATCHWORD_PUBLIC_URL", "https://sms.example.org"]),
        ({"trusted_proxies": "everybody"}, ["WATCHWORD_TRUSTED_PROXIES", "10.0.0.0/8"]),
        ({"log_levle": "debug"}, ["WATCHWORD_LOG_LEVLE is not a setting", "WATCHWORD_LOG_LEVEL"]),
        ({"bootstrap_password": "x", "bootstrap_password_file": "/x"}, ["both set", "Unset one"]),
        ({"secret_key_file": "/none"}, ["WATCHWORD_SECRET_KEY", "/none"]),
        ({"bootstrap_password": "short"}, ["WATCHWORD_BOOTSTRAP_PASSWORD", "8 characters", "Set a longer one"]),
    ],
)
def test_settings_that_cannot_be(commands: Commands, settings: dict[str, str], words: list[str]) -> None:
    refused = commands.run("serve", **settings)
    assert is_refused(refused, *words)
    assert "short" not in refused.stderr, "a secret is not repeated"


def test_a_key_that_is_not_the_one_kept(commands: Commands, served: list[Any]) -> None:
    assert commands.run("serve").exit_code == 0
    assert is_refused(commands.run("serve", secret_key="k" * 32), "differs from the key kept in", "secret_key")


def test_a_database_that_is_none(commands: Commands) -> None:
    commands.data_dir.mkdir()
    (commands.data_dir / "watchword.db").write_bytes(b"this is no database" * 100)
    refused = commands.run("serve")
    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit)
    assert "Error: Watchword's database cannot be reached" in refused.stderr


def test_a_gateway_that_only_pretends(commands: Commands, served: list[Any]) -> None:
    assert commands.run("serve", "--demo").exit_code == 0
    assert is_refused(commands.run("serve"), "which sends nothing", "start with --demo")
    assert len(served) == 1


@pytest.mark.parametrize(
    "option", [["--port", "0"], ["--port", "65536"], ["--port", "x"], ["--workers", "0"], ["--none"]]
)
def test_options_that_make_no_sense(commands: Commands, option: list[str]) -> None:
    refused = commands.run("serve", *option)
    assert refused.exit_code == 2
    assert option[0] in refused.stderr
    assert not commands.data_dir.exists()


def test_otherwise_it_serves_what_it_migrated_where_it_was_told(commands: Commands, served: list[Any]) -> None:
    with taken() as port:
        pass
    assert commands.run("serve", "--port", str(port), bootstrap_password="for akadmin").exit_code == 0
    ((_, host, where),) = served
    assert (host, where) == ("127.0.0.1", port)
    assert commands.run("migrate").stdout == "The database is up to date.\n"
    assert is_refused(commands.run("user", "create", "akadmin", "--password", "x" * 8), "taken")


def test_a_server_that_stops_by_itself_has_failed(
    commands: Commands, served: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped(*_: Any) -> bool:
        return False

    monkeypatch.setattr(module, "run", stopped)
    assert commands.run("serve").exit_code == 1


def test_the_banner_names_an_address_that_can_be_clicked() -> None:
    assert banner("127.0.0.1", 9000, demo=False) == "Watchword is ready at http://127.0.0.1:9000/"
    assert "http://[::1]:9000/" in banner("::1", 9000, demo=False)
    shown = banner("127.0.0.1", 9000, demo=True)
    assert re.findall(r"(User|Password) +(.+)", shown) == [("User", "demo"), ("Password", "watchword demo")]
    assert "http://127.0.0.1:9000/demo/handset/" in shown


def test_the_banner_says_where_the_first_administrator_is_made() -> None:
    for demo in (False, True):
        assert "administrator" not in banner("127.0.0.1", 9000, demo)
        shown = banner("127.0.0.1", 9000, demo, start_link="/if/start/abc/")
        assert "No administrator yet. Open this once" in shown
        assert "\n  http://127.0.0.1:9000/if/start/abc/\n" in shown
    shown = banner("0.0.0.0", 9000, False, public_url="https://sms.example.org", start_link="/if/start/abc/")  # noqa: S104 - as people start it in a container
    assert "\n  https://sms.example.org/if/start/abc/\n" in shown


@pytest.fixture
def printed(commands: Commands, served: list[Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Starts the server: the token of the link in what it would print, or ""."""
    told: list[str] = []
    monkeypatch.setattr(module, "banner", lambda *_, **named: told.append(named["start_link"]))

    def start(*options: str, **settings: str) -> str:
        done = commands.run("serve", *options, **settings)
        assert done.exit_code == 0, done.output
        link = told.pop()
        token = link.removeprefix("/if/start/").removesuffix("/")
        assert link in ("", f"/if/start/{token}/")
        assert not token or token not in done.output
        return token

    return start


def counts(commands: Commands, token: str) -> bool:
    keyring = Keyring((commands.data_dir / "secret_key").read_text().strip())
    return look(commands, start_link_counts, hashed_link(keyring, token), system_clock())


def test_each_start_makes_a_new_link_and_ends_the_old_one(commands: Commands, printed: Callable[..., str]) -> None:
    first, second, third = printed(), printed(), printed("--demo")
    assert len({first, second, third}) == 3
    assert min(map(len, (first, second, third))) == 43
    assert [counts(commands, token) for token in (first, second, third)] == [False, False, True]


def test_an_administrator_made_by_a_command_ends_the_link(commands: Commands, printed: Callable[..., str]) -> None:
    token = printed()
    assert commands.run("user", "create", "mia", "--password", OWNER.password).exit_code == 0
    assert counts(commands, token)
    assert commands.run("user", "create", "ada", "--superuser", "--password", OWNER.password).exit_code == 0
    assert not counts(commands, token)
    assert printed() == ""
    events = [event for event in look(commands, list_events) if event.action == "administrator_created"]
    assert [event.message for event in events] == ["ada became an administrator by a command"]


def test_with_a_password_from_the_settings_there_is_none(commands: Commands, printed: Callable[..., str]) -> None:
    assert printed(bootstrap_token="for programs alone")
    assert printed(bootstrap_token="for programs alone", bootstrap_password="a longer one")
    assert commands.run("user", "password", "akadmin", "--password", "a longer one").exit_code == 0
    assert printed() == ""


def test_the_settings_make_one(commands: Commands, printed: Callable[..., str]) -> None:
    assert printed(bootstrap_password="a longer one") == ""
    assert printed(bootstrap_password="short") == "", "it is there already, and its password is its own"


def test_as_many_files_as_may_be_are_opened(
    commands: Commands, served: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[bool] = []
    monkeypatch.setattr(module, "raise_limit", lambda: raised.append(not served))
    assert commands.run("serve").exit_code == 0
    assert raised == [True], "before anything is served"
