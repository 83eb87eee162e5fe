"""Visitors who wait for a slow gateway, through the whole server: nobody else waits with them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.databases import Kind
from tests.doubles.patient_gateway import PatientGateway
from tests.e2e.inbox import rows
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from watchword.descriptors import raise_limit

MANY = 30
CROWD: dict[Kind, int] = {"sqlite": 5_000, "postgresql": 2_000}
"""On PostgreSQL a step takes three times as long, and this is a test of all others' patience too."""
SECONDS = 2.0
"""That a gateway takes over each message of a crowd."""
AT_ONCE, WAITING = 20, 4

OPEN_TO_ALL = """\
version: 1
entries:
- id: flow
  model: authentik_flows.flow
  identifiers: {slug: join}
  attrs: {name: Join, title: Join, designation: enrollment, authentication: none}
- id: username
  model: authentik_stages_prompt.prompt
  identifiers: {name: username}
  attrs: {field_key: username, label: Name, type: username, required: true}
- id: phone
  model: authentik_stages_prompt.prompt
  identifiers: {name: phone}
  attrs: {field_key: phone, label: Phone, type: text, required: true}
- id: ask
  model: authentik_stages_prompt.promptstage
  identifiers: {name: ask}
  attrs: {fields: [!KeyOf username, !KeyOf phone]}
- id: write
  model: authentik_stages_user_write.userwritestage
  identifiers: {name: write}
  attrs: {user_creation_mode: always_create}
- id: sms
  model: authentik_stages_authenticator_sms.authenticatorsmsstage
  identifiers: {name: sms}
  attrs: {provider: generic, from_number: "1234", account_sid: GATEWAY}
- {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf ask, order: 10}}
- {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf write, order: 20}}
- {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf sms, order: 30}}
"""


@pytest.fixture
def gateway() -> Iterator[PatientGateway]:
    with PatientGateway(AT_ONCE) as gateway:
        yield gateway


@pytest.fixture
def crowded(tmp_path: Path, gateway: PatientGateway) -> Iterator[ServerProcess]:
    """Hands a gateway few messages at once, and lets fewer wait."""
    bounds = {"WATCHWORD_GATEWAY_CONCURRENCY": str(AT_ONCE), "WATCHWORD_GATEWAY_QUEUE": str(WAITING)}
    server = ServerProcess(tmp_path / "data", WATCHWORD_GATEWAY_TIMEOUT="9", **bounds)
    yield from _open_to_all(server, tmp_path, gateway)


def _open_to_all(server: ServerProcess, folder: Path, gateway: PatientGateway) -> Iterator[ServerProcess]:
    file = folder / "open.yaml"
    file.write_text(OPEN_TO_ALL.replace("GATEWAY", gateway.url))
    server.run("blueprint", "apply", str(file))
    yield server.start()
    assert server.stop() == 0, server.output()


@pytest.fixture
def many(database_kind: Kind) -> int:
    return CROWD[database_kind]


@pytest.fixture
def slow(many: int) -> Iterator[PatientGateway]:
    with PatientGateway(many, takes=SECONDS) as gateway:
        yield gateway


@pytest.fixture
def usual(many: int, tmp_path: Path, slow: PatientGateway, own_database: dict[str, str]) -> Iterator[ServerProcess]:
    """As it comes, without a setting."""
    if raise_limit() < 2 * many + 1_000:
        pytest.skip("This machine lets no process open so many files.")
    yield from _open_to_all(ServerProcess(tmp_path / "data", **own_database), tmp_path, slow)


class Visitor:
    def __init__(self, http: aiohttp.ClientSession, number: int) -> None:
        self._http = http
        self._number = number
        self._cookies: dict[str, str] = {}

    async def ask(self, method: str, **body: Any) -> Any:
        headers = {"X-authentik-CSRF": self._cookies.get("authentik_csrf", "")}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        address = "/api/v3/flows/executor/join/?query="
        async with self._http.request(method, address, json=body or None, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            self._cookies |= {name: cookie.value for name, cookie in answer.cookies.items()}
            return await answer.json()

    async def arrive(self) -> None:
        await self.ask("GET")

    async def join(self) -> Any:
        return await self.ask("POST", username=f"visitor-{self._number}", phone=fresh_number())


async def test_others_are_served_while_many_wait_and_the_overflow_is_told_at_once(
    crowded: ServerProcess, gateway: PatientGateway
) -> None:
    jar, connector = aiohttp.DummyCookieJar(), aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(crowded.url, cookie_jar=jar, connector=connector) as http:
        visitors = [Visitor(http, number) for number in range(MANY)]
        for visitor in visitors:
            await visitor.arrive()
        joining = [asyncio.create_task(visitor.join()) for visitor in visitors]
        await _all_wait(gateway, joining)
        others = [Visitor(http, number) for number in range(MANY, MANY + 5)]
        for other in others:
            await other.arrive()
        assert sum(not one.done() for one in joining) >= AT_ONCE
        gateway.answer()
        answers = await asyncio.gather(*joining)
    sentences = [answer["response_errors"]["non_field_errors"][0]["string"] for answer in answers if failed(answer)]
    assert set(sentences) == {"Too many messages are being sent. Please try again in a minute."}
    assert len(sentences) >= MANY - AT_ONCE - WAITING
    _told(crowded, len(sentences))


async def _all_wait(gateway: PatientGateway, joining: list[asyncio.Task[Any]]) -> None:
    """Fails where all are answered before as many wait as may."""
    waiting = asyncio.create_task(gateway.all_wait())
    answered: asyncio.Future[Any] = asyncio.gather(*joining)
    await asyncio.wait([asyncio.ensure_future(waiting), answered], return_when="FIRST_COMPLETED")
    assert waiting.done()


def failed(answer: Any) -> bool:
    assert answer["component"] == "ak-stage-authenticator-sms"
    return bool(answer.get("response_errors"))


def _told(server: ServerProcess, failures: int) -> None:
    """One event, and a delivery for each."""
    actions = [row["action"] for row in rows(server, "SELECT action FROM event")]
    assert actions.count("gateway_full") == 1
    assert "sms_send_failed" not in actions
    (busy,) = rows(server, "SELECT count(*) AS busy FROM delivery WHERE category = 'busy'")
    assert busy["busy"] == failures


async def test_thousands_of_visitors_in_one_moment_all_get_their_message(usual: ServerProcess, many: int) -> None:
    """Within the usual deadline, on one process; others are served while the crowd is."""
    jar, connector = aiohttp.DummyCookieJar(), aiohttp.TCPConnector(limit=0)
    patience = aiohttp.ClientTimeout(total=600)
    async with aiohttp.ClientSession(usual.url, cookie_jar=jar, connector=connector, timeout=patience) as http:
        crowd = [Visitor(http, number) for number in range(many)]
        for beginning in range(0, many, 100):
            await asyncio.gather(*(visitor.arrive() for visitor in crowd[beginning : beginning + 100]))
        joining = asyncio.gather(*(visitor.join() for visitor in crowd))
        served = 0
        while not joining.done():
            await Visitor(http, many + served).arrive()
            served += not joining.done()
        answers = await joining
    assert [answer for answer in answers if failed(answer)] == []
    assert served
    [sent] = rows(usual, "SELECT count(*) AS number FROM delivery WHERE outcome = 'sent'")
    assert sent["number"] == many
    told = {row["action"] for row in rows(usual, "SELECT action FROM event")}
    assert not told & {"gateway_full", "gateway_resting", "sms_send_failed"}
