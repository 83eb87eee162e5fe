"""Readiness: a small write now and then, and what it found is believed for a while."""

import pytest
from sqlalchemy import Connection, text

from tests.unit.web.house import House
from watchword.errors import DatabaseUnavailable
from watchword.storage.health import prove_writing
from watchword.web.readiness import FAILED_SECONDS, PROVED_SECONDS, Readiness


class Time:
    now = 1000.0


@pytest.fixture
def time() -> Time:
    return Time()


class Counting:
    """A database that counts what is written, and may fail to."""

    dialect = "sqlite"

    def __init__(self) -> None:
        self.writes = 0
        self.full = False

    async def run(self, fn: object, *_: object) -> None:
        assert fn is prove_writing
        self.writes += 1
        if self.full:
            raise DatabaseUnavailable

    async def read(self, *_: object) -> None:
        """It can always be read."""


@pytest.fixture
def database() -> Counting:
    return Counting()


@pytest.fixture
async def readiness(database: Counting, time: Time, house: House) -> Readiness:
    return Readiness(database, house.clock, lambda: time.now)  # type: ignore[arg-type] # as much of one as is asked for


async def test_however_many_ask_one_write_is_tried_in_ten_seconds(
    readiness: Readiness, database: Counting, time: Time
) -> None:
    for _ in range(50):
        await readiness.check()
        time.now += PROVED_SECONDS / 51
    assert database.writes == 1
    time.now += PROVED_SECONDS / 51
    await readiness.check()
    assert database.writes == 2


async def test_a_failure_is_believed_for_a_second_and_then_tried_again(
    readiness: Readiness, database: Counting, time: Time
) -> None:
    database.full = True
    for _ in range(5):
        with pytest.raises(DatabaseUnavailable):
            await readiness.check()
    assert database.writes == 1
    database.full = False
    time.now += FAILED_SECONDS
    await readiness.check()
    assert database.writes == 2
    await readiness.check()
    assert database.writes == 2


async def test_the_write_is_one_row_that_is_swept(house: House) -> None:
    def count(conn: Connection) -> int:
        return int(conn.execute(text("SELECT count(*) FROM throttle WHERE key LIKE 'health%'")).scalar_one())

    for _ in range(3):
        await house.services.database.run(prove_writing, house.clock())
    assert await house.services.database.read(count) == 1
