"""A real server and a real gateway double for each test session, and people who are signed in."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.databases import Kind, database_settings
from tests.doubles.fixtures import double as double
from tests.doubles.fixtures import shared_double as shared_double
from tests.doubles.gateway import GatewayDouble
from tests.e2e.browsing import PASSWORD as DEMO_PASSWORD
from tests.e2e.browsing import PEOPLE as DEMO_PEOPLE
from tests.e2e.browsing import NewPage
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER, Person

GUESSERS = [f"guesser{number}" for number in range(16)]
GUESSER_PASSWORD = "guessing all day long"
"""Users for tests that guess wrong: a user has ten wrong tries an hour."""

_unused_guessers = iter(GUESSERS)

SCENARIO = Path(__file__).with_name("scenario.yaml")


@pytest.fixture(scope="session")
def server(
    database_kind: Kind, tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble
) -> Iterator[ServerProcess]:
    """One server for a worker's tests; each test uses numbers of its own."""
    with database_settings(database_kind) as settings:
        process = make_server(tmp_path_factory.mktemp("server") / "data", shared_double, **settings)
        yield process.start()
        assert process.stop() == 0, process.output()


@pytest.fixture
def own_database(database_kind: Kind) -> Iterator[dict[str, str]]:
    """For a test with a server of its own: the settings that put it on a database that has nothing yet."""
    with database_settings(database_kind) as settings:
        yield settings


def make_server(data_dir: Path, double: GatewayDouble, *arguments: str, **settings: str) -> ServerProcess:
    """With all that the scenario configures; not started yet."""
    settings = {"WATCHWORD_TWILIO_URL": double.url, "WATCHWORD_GATEWAY_TIMEOUT": "2", **settings}
    process = ServerProcess(data_dir, *arguments, **settings)
    if "WATCHWORD_DATABASE_URL" in settings:
        _furnish(process, double)
    else:
        shutil.copytree(_furnished(double), data_dir)
    return process


@cache
def _furnished(double: GatewayDouble) -> Path:
    """A data directory to copy: a copy is made in no time, and a command takes a second."""
    process = ServerProcess(Path(tempfile.mkdtemp()) / "data")
    atexit.register(shutil.rmtree, process.data_dir.parent)
    _furnish(process, double)
    return process.data_dir


def _furnish(process: ServerProcess, double: GatewayDouble) -> None:
    scenario = SCENARIO.read_text().replace("http://127.0.0.1:9/none", f"{double.url}/send")
    scenario += "".join(
        "  - model: authentik_core.user\n"
        f"    identifiers: {{username: {name}}}\n"
        f"    attrs: {{password: {GUESSER_PASSWORD}}}\n"
        for name in GUESSERS
    )
    file = process.data_dir.with_name(process.data_dir.name + ".yaml")
    file.write_text(scenario)
    process.run("blueprint", "apply", "default")
    process.run("blueprint", "apply", str(file))


SignIn = Callable[[Person], JsonClient]


@pytest.fixture
def sign_in(server: ServerProcess) -> SignIn:
    return lambda person: JsonClient(server.url).sign_in(person.username, person.password)


@pytest.fixture
def owner(sign_in: SignIn) -> JsonClient:
    return sign_in(OWNER)


@pytest.fixture
def other(sign_in: SignIn) -> JsonClient:
    return sign_in(OTHER)


@pytest.fixture
def guesser(server: ServerProcess) -> JsonClient:
    """Somebody signed in who has made no wrong guess yet."""
    return JsonClient(server.url).sign_in(next(_unused_guessers), GUESSER_PASSWORD)


@pytest.fixture
def stranger(server: ServerProcess) -> JsonClient:
    return JsonClient(server.url)


@pytest.fixture
def number() -> str:
    """A German mobile number that no other test uses."""
    return fresh_number()


def _demo_person(name: str) -> str:
    return (
        f"  - model: authentik_core.user\n    identifiers: {{username: {name}}}\n"
        f"    attrs: {{password: {DEMO_PASSWORD}}}\n"
    )


@contextmanager
def _demo_server(folder: Path, **settings: str) -> Iterator[ServerProcess]:
    """With people who are one test's each: who has a phone gives a code when he signs in again."""
    people = folder / "people.yaml"
    people.write_text("version: 1\nentries:\n" + "".join(map(_demo_person, DEMO_PEOPLE)))
    server = ServerProcess(folder / "data", "--demo", **settings)
    server.run("blueprint", "apply", str(people))
    server.start()
    yield server
    assert server.stop() == 0, server.output()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with _demo_server(tmp_path_factory.mktemp("demo")) as server:
        yield server


@pytest.fixture(scope="module")
def demo_on_each(database_kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """What a file about visitors takes as its `demo`."""
    folder = tmp_path_factory.mktemp("demo")
    with database_settings(database_kind) as settings, _demo_server(folder, **settings) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, demo: ServerProcess) -> Iterator[NewPage]:
    """A page of a browser of its own; anything asked of another host, or said on the console, fails the test."""
    contexts: list[BrowserContext] = []
    strays: list[str] = []

    def make(**options: object) -> Page:
        context = browser.new_context(base_url=demo.url, **options)  # type: ignore[arg-type] # Playwright's own names
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda request: strays.append(request.url) if not request.url.startswith(demo.url) else None)
        page.on("pageerror", lambda error: strays.append(str(error)))
        page.on("console", lambda message: strays.append(message.text) if message.type == "error" else None)
        return page

    yield make
    for context in contexts:
        context.close()
    # Chromium says so itself of a page that is not there, is denied, or shows what is wrong with a form.
    told = ("404 (Not Found)", "403 (Forbidden)", "400 (Bad Request)")
    assert [stray for stray in strays if not stray.endswith(told)] == []
