"""A database that fails for a while: 503 with a way on, nothing half done, and the enrolment goes on where it stood."""

import asyncio
import html
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from structlog.testing import LogCapture

from tests.databases import KEY
from tests.doubles.gateway import GatewayDouble
from tests.faults.databases import ON_POSTGRESQL, ON_SQLITE, Fault, Place, cut
from tests.faults.scene import PAGE, SLUG, Scene
from tests.own_postgres import OwnPostgres, own_postgres
from tests.people import OTHER, OWNER, STRANGER
from tests.unit.web.client import Answer, step_of
from tests.unit.web.house import Prepared, open_house, prepare
from watchword.errors import DatabaseUnavailable
from watchword.storage.health import sqlite_damage

SENTENCE = DatabaseUnavailable().message
MILLISECONDS = 300
"""What a statement may take here."""


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("sqlite") / "data", {})


@pytest.fixture(scope="module")
def server() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        with psycopg.connect(server.url, autocommit=True) as conn:
            conn.execute("CREATE ROLE watchword LOGIN")
        yield server


@pytest.fixture(scope="module")
def on_postgresql(server: OwnPostgres, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    url = server.new_database()
    with psycopg.connect(server.url, autocommit=True) as conn:
        # What is killed here must have kept what it has confirmed.
        conn.execute(f"ALTER DATABASE {make_url(url).database} SET synchronous_commit = on")
    made = prepare(
        tmp_path_factory.mktemp("postgresql") / "data",
        {"WATCHWORD_DATABASE_URL": url, "WATCHWORD_SECRET_KEY": KEY},
    )
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO watchword")
        conn.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO watchword")
    return made


@pytest.fixture(params=[*ON_SQLITE, *ON_POSTGRESQL], ids=lambda fault: fault.name)
def fault(request: pytest.FixtureRequest) -> Fault:
    found: Fault = request.param
    return found


@pytest.fixture
def prepared(fault: Fault, request: pytest.FixtureRequest) -> Prepared:
    found: Prepared = request.getfixturevalue("on_sqlite" if fault in ON_SQLITE else "on_postgresql")
    return found


@pytest.fixture
async def place(prepared: Prepared, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """`watchword` is nobody's superuser: what is kept for those is none of its connections."""
    there = prepared.environment.get("WATCHWORD_DATABASE_URL")
    if there is None:
        async with open_house(prepared, tmp_path / "data") as house:
            yield Place(house, f"sqlite:///{tmp_path / 'data' / 'watchword.db'}")
        return
    options = {"options": f"-c statement_timeout={MILLISECONDS}"}
    url = make_url(there).set(username="watchword").update_query_dict(options).render_as_string()
    async with open_house(prepared, tmp_path / "data", database_url=url) as house:
        yield Place(house, url, request.getfixturevalue("server"))


@pytest.fixture
async def scene(place: Place, double: GatewayDouble, logs: LogCapture, codes: list[str]) -> Scene:
    return await Scene(place.house, double, logs, codes).set_up()


def assert_says_so(answer: Answer, *, page: bool = False) -> None:
    """In one sentence, with a time to come back, and nothing of what happened within."""
    assert answer.status == 503
    assert int(answer.header("retry-after")) in range(1, 61)
    if page:
        assert SENTENCE in html.unescape(answer.text)
    else:
        assert answer.json["error"] == SENTENCE
    for inner in ("Traceback", "sqlite", "psycopg", "SELECT", "UPDATE", "Error"):
        assert inner not in answer.text.replace("ak-stage-flow-error", "")


async def assert_administrators_see(fault: Fault, scene: Scene) -> None:
    told = [entry["reason"] for entry in scene.logs.entries if entry["event"] == "database_unavailable"]
    assert told
    assert set(told) <= set(fault.log)
    assert not [entry for entry in scene.logs.entries if entry["event"] == "unexpected_error"]
    assert scene.metric("watchword_database_unavailable_total") >= len(told)


async def test_an_enrolment_outlasts_a_database_that(fault: Fault, place: Place, scene: Scene) -> None:
    owner, other, stranger = scene.owner, scene.other, scene.stranger
    await owner.see(SLUG)
    page = step_of(await other.get(PAGE))
    async with fault.breaks(place):
        assert_says_so(await owner.post(SLUG, json.dumps({"phone": OWNER.number}).encode()))
        assert_says_so(await other.submit(PAGE, _step=page, phone=OTHER.number), page=True)
        turned_away = await stranger.post(SLUG, json.dumps({"phone": STRANGER.number}).encode())
        assert turned_away.status == 503 or turned_away.json["component"] == "ak-stage-access-denied"
        assert (await owner.get("/-/health/ready/")).status == (204 if fault.ready else 503)
        assert (await owner.get("/-/health/live/")).status == 204
    assert scene.double.requests == []
    await assert_administrators_see(fault, scene)
    assert await scene.counted("sms:") == 0

    assert (await owner.answer(SLUG, phone=OWNER.number))["phone_number_required"] is False
    await other.fill_in(PAGE, phone=OTHER.number)
    page = step_of(await other.get(PAGE))
    async with fault.breaks(place):
        assert_says_so(await owner.post(SLUG, json.dumps({"code": scene.code_for(OWNER)}).encode()))
        assert_says_so(await other.submit(PAGE, _step=page, code=scene.code_for(OTHER)), page=True)
    assert await scene.devices(OWNER) == await scene.devices(OTHER) == []

    # Where the code could be tried, and was right, only what follows had to wait: a try is taken in any case.
    assert (await owner.see(SLUG))["attempts_left"] >= 4
    assert (await owner.answer(SLUG, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"
    assert (await other.fill_in(PAGE, code=scene.code_for(OTHER))).status == 303
    await assert_enrolled_once(scene)


async def assert_enrolled_once(scene: Scene) -> None:
    for person in (OWNER, OTHER):
        assert [device["phone_number"] for device in await scene.devices(person)] == [person.number]
        assert len(scene.sent_to(person)) == 1
    assert await scene.codes_by_state() == {"used": 2}
    assert await scene.counted("sms:number:") == 0
    await scene.assert_tells_no_secret()


async def test_a_message_is_not_sent_twice_by_a_database_that(fault: Fault, place: Place, scene: Scene) -> None:
    """It fails while the message is on its way: what came counts, and is asked for as it would have been."""
    held, owner = scene.hold(), scene.owner
    asking = asyncio.create_task(owner.post(SLUG, json.dumps({"phone": OWNER.number}).encode()))
    await asyncio.to_thread(scene.double.wait_for_request)
    async with fault.breaks(place):
        held.set()
        assert_says_so(await asking)
    shown = await owner.see(SLUG)
    assert (shown["phone_number_required"], shown["attempts_left"]) == (False, 5)
    assert len(scene.double.requests) == 1
    assert (await owner.answer(SLUG, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"
    assert [device["phone_number"] for device in await scene.devices(OWNER)] == [OWNER.number]
    assert await scene.codes_by_state() == {"used": 1}
    await scene.assert_tells_no_secret()


async def test_an_enrolment_outlasts_a_log_that_is_taken_away(
    on_sqlite: Prepared, tmp_path: Path, double: GatewayDouble, logs: LogCapture, codes: list[str]
) -> None:
    """The write-ahead log is removed beside the running server: it goes on, and the file is whole."""
    data_dir = tmp_path / "data"
    async with open_house(on_sqlite, data_dir) as house:
        scene = await Scene(house, double, logs, codes).set_up()
        assert (await scene.owner.answer(SLUG, phone=OWNER.number))["phone_number_required"] is False
        for side in ("-wal", "-shm"):
            os.unlink(data_dir / f"watchword.db{side}")
        assert (await scene.owner.answer(SLUG, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"
        assert len(await scene.devices(OWNER)) == 1
        assert await house.services.database.read(sqlite_damage) == ""


async def test_connections_that_are_cut_cost_nobody_an_answer(
    on_postgresql: Prepared,
    server: OwnPostgres,
    tmp_path: Path,
    double: GatewayDouble,
    logs: LogCapture,
    codes: list[str],
) -> None:
    """Each is taken anew, and what it was at is done again where nothing of it was confirmed."""
    url = on_postgresql.environment["WATCHWORD_DATABASE_URL"]
    async with open_house(on_postgresql, tmp_path / "data", database_url=url) as house:
        scene, place = await Scene(house, double, logs, codes).set_up(), Place(house, url, server)
        cut(place)
        assert (await scene.owner.answer(SLUG, phone=OWNER.number))["phone_number_required"] is False
        cut(place)
        assert (await scene.owner.answer(SLUG, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"
        assert (len(scene.sent_to(OWNER)), len(await scene.devices(OWNER))) == (1, 1)
        assert await scene.devices(OTHER) == []
        assert [entry for entry in logs.entries if entry["event"] == "database_unavailable"] == []


async def test_a_file_that_is_moved_away_is_written_no_further_and_works_when_it_is_back(
    on_sqlite: Prepared,
    tmp_path: Path,
    double: GatewayDouble,
    logs: LogCapture,
    codes: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SQLite alone would go on in it, and whoever starts the server next would find none of that."""
    monkeypatch.setattr("watchword.storage.file_in_place.EVERY_SECONDS", 0)
    file, away = tmp_path / "data" / "watchword.db", tmp_path / "away.db"
    async with open_house(on_sqlite, tmp_path / "data") as house:
        scene = await Scene(house, double, logs, codes).set_up()
        for replacement in (None, b"something else"):
            file.rename(away)
            if replacement:
                file.write_bytes(replacement)
            assert_says_so(await scene.owner.post(SLUG, json.dumps({"phone": OWNER.number}).encode()))
            assert (await scene.stranger.get("/-/health/ready/")).status == 503
            away.rename(file)
        assert double.requests == []
        assert (await scene.owner.answer(SLUG, phone=OWNER.number))["phone_number_required"] is False
        assert (await scene.owner.answer(SLUG, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"
        assert len(await scene.devices(OWNER)) == 1
