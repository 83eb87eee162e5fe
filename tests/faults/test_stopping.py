"""A server that is told to stop while messages are on their way: none is lost, none goes twice, each visitor hears."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.doubles.patient_gateway import PatientGateway
from tests.e2e.inbox import rows
from tests.e2e.server import ServerProcess
from tests.e2e.test_many_at_once import OPEN_TO_ALL, Visitor, failed

MANY = 20


@pytest.fixture
def gateway() -> Iterator[PatientGateway]:
    with PatientGateway(MANY) as gateway:
        yield gateway


@pytest.fixture
def server(tmp_path: Path, gateway: PatientGateway) -> ServerProcess:
    server = ServerProcess(tmp_path / "data")
    file = tmp_path / "open.yaml"
    file.write_text(OPEN_TO_ALL.replace("GATEWAY", gateway.url))
    server.run("blueprint", "apply", str(file))
    return server.start()


async def test_messages_that_are_on_their_way_arrive_and_their_visitors_are_told(
    server: ServerProcess, gateway: PatientGateway
) -> None:
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(server.url, cookie_jar=jar) as http:
        visitors = [Visitor(http, number) for number in range(MANY)]
        for visitor in visitors:
            await visitor.arrive()
        joining = [asyncio.create_task(visitor.join()) for visitor in visitors]
        await gateway.all_wait()
        os.kill(server.pid, signal.SIGTERM)
        gateway.answer()
        answers = await asyncio.gather(*joining)
        ended = await asyncio.to_thread(server.stop)
    assert ended == 0, server.output()
    assert [answer for answer in answers if failed(answer)] == []
    sent = rows(server, "SELECT outcome, code_id FROM delivery")
    assert {row["outcome"] for row in sent} == {"sent"}
    assert len({row["code_id"] for row in sent}) == len(sent) == MANY
    assert rows(server, "SELECT state, count(*) AS number FROM code GROUP BY state") == [
        {"state": "live", "number": MANY}
    ]
