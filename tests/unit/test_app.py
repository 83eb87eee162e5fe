"""The application as a whole: it opens what it needs, says when it is ready, and leaves nothing open."""

import asyncio
import threading
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from tests.unit.web.client import SIGN_IN, Visitor
from tests.unit.web.house import NOW, prepare
from watchword.app import Options, create_app
from watchword.errors import DatabaseUnavailable
from watchword.flows.services import Services
from watchword.settings import Settings, load

OURS = """\
version: 1
entries:
- model: authentik_flows.flow
  identifiers: {slug: ours}
  attrs: {name: Ours, title: Ours, designation: authorization}
"""


@pytest.fixture
def settings(tmp_path: Path, cheap_passwords: None) -> Settings:
    prepare(tmp_path / "data", {})
    return load({}, data_dir=tmp_path / "data")


async def test_it_says_once_that_it_is_ready(settings: Settings) -> None:
    ready: list[Services] = []
    app = create_app(settings, Options(demo=True, clock=lambda: NOW, on_ready=ready.append))
    assert ready == []
    async with app.lifespan():
        (services,) = ready
        assert services.clock() == NOW
        assert services.configuration.snapshot.flow(SIGN_IN) is not None
        assert (await Visitor(app).get("/-/health/ready/")).status == 204


def threads() -> set[threading.Thread]:
    """But for the loop's own, which it starts as it pleases and ends when it is closed."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}


async def test_it_leaves_no_task_thread_or_file_behind(settings: Settings) -> None:
    before = asyncio.all_tasks(), threads()
    for _ in range(2):
        app = create_app(settings)
        async with app.lifespan():
            assert (await Visitor(app).get(f"/if/flow/{SIGN_IN}/")).status == 200
    assert (asyncio.all_tasks(), threads()) == before
    assert not (settings.data_dir / "watchword.db-wal").exists()


async def test_a_file_of_the_watched_directory_is_in_force_while_it_runs(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchword.administration.watched_blueprints.BlueprintWatcher.EVERY_SECONDS", 0)
    watched = tmp_path / "watched"
    watched.mkdir()
    ready: list[Services] = []
    chosen = msgspec.structs.replace(settings, blueprints_dir=watched)
    before = asyncio.all_tasks()
    async with create_app(chosen, Options(demo=True, on_ready=ready.append)).lifespan():
        configuration = ready[0].configuration
        assert configuration.snapshot.flow("ours") is None
        (watched / "ours.yaml").write_text(OURS)
        async with asyncio.timeout(10):
            while configuration.snapshot.flow("ours") is None:  # noqa: ASYNC110 - a snapshot tells nobody that it came
                await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_it_does_not_start_on_a_database_it_cannot_open(settings: Settings) -> None:
    (settings.data_dir / "watchword.db").write_bytes(b"this is no database" * 100)
    with pytest.RaisesGroup(DatabaseUnavailable, allow_unwrapped=True, flatten_subgroups=True):
        async with create_app(settings).lifespan():
            pass


async def test_two_applications_share_a_database_and_their_visitors(settings: Settings) -> None:
    """As in a rolling upgrade: what one began the other goes on with."""
    one, two = create_app(settings), create_app(settings)
    async with one.lifespan(), two.lifespan():
        visitor = Visitor(one)
        await visitor.answer(SIGN_IN, uid_field="olivia")
        assert (await moved(visitor, two).see(SIGN_IN))["component"] == "ak-stage-password"


def moved(visitor: Visitor, app: Litestar) -> Visitor:
    return Visitor(app, cookies=dict(visitor.cookies))


async def test_it_serves_nothing_that_was_not_asked_for(settings: Settings) -> None:
    app = create_app(settings)
    async with app.lifespan():
        for address in ("/schema", "/schema/openapi.json", "/docs", "/metrics", "/.env", "/admin"):
            assert (await Visitor(app).get(address)).status == 404
