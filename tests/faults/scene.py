"""Where faults happen: the real application, a real gateway beside it, three people, and all that is left behind."""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from structlog.testing import LogCapture

from tests.doubles.gateway import GatewayDouble, Received
from tests.people import OTHER, OWNER, STRANGER, Person
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.house import House, apply_flows

SLUG = "enrol"
PAGE = f"/if/flow/{SLUG}/"
TOKEN = "the-token-of-the-gateway"
URL_KEY = "key-in-the-address"

BLUEPRINT = Path(__file__).with_name("faults.yaml")


async def configure(house: House, gateway: str) -> None:
    """The flows of these tests, through the gateway at that address: as an administrator gives or corrects it."""
    services = house.services
    address = f"{gateway}/send?key={URL_KEY}"
    await apply_flows(services.database, services.keyring, BLUEPRINT.read_text(), house.clock, gateway=address)
    await services.configuration.refresh()


@dataclass
class Scene:
    """`codes` are all that were made, whether they were ever sent or not."""

    house: House
    double: GatewayDouble
    logs: LogCapture
    codes: list[str]
    owner: Visitor = field(init=False)
    other: Visitor = field(init=False)
    stranger: Visitor = field(init=False)

    async def set_up(self) -> "Scene":
        await configure(self.house, self.double.url)
        self.owner = await self.house.signed_in(OWNER)
        self.other = await self.house.signed_in(OTHER)
        self.stranger = self.house.visitor()
        return self

    def sent_to(self, person: Person) -> list[Received]:
        return [request for request in self.double.requests if json.loads(request.body)["To"] == person.number]

    def code_for(self, person: Person) -> str:
        """The newest that reached the gateway."""
        code: str = json.loads(self.sent_to(person)[-1].body)["Body"]
        return code

    def hold(self) -> threading.Event:
        """The gateway has the message, and does not answer until this is set."""
        held = threading.Event()
        self.double.behave("held", held)
        return held

    # What administrators have

    async def events(self, action: str) -> list[dict[str, Any]]:
        found = await self.house.rows("SELECT * FROM event WHERE action = :action ORDER BY id", action=action)
        return [{**event, "context": _decoded(event["context"])} for event in found]

    async def deliveries(self) -> list[dict[str, Any]]:
        return await self.house.rows("SELECT * FROM delivery ORDER BY id")

    def metric(self, name: str, **labels: str) -> float:
        """Over all series that have these labels."""
        registry = self.house.services.metrics.registry
        samples = (sample for family in registry.collect() for sample in family.samples if sample.name == name)
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    # What is left

    async def devices(self, person: Person) -> list[dict[str, Any]]:
        query = (
            "SELECT sms_device.* FROM sms_device JOIN users ON users.id = sms_device.user_id "
            "WHERE username = :name AND confirmed"
        )
        return await self.house.rows(query, name=person.username)

    async def codes_by_state(self) -> dict[str, int]:
        found = await self.house.rows("SELECT state, count(*) AS number FROM code GROUP BY state")
        return {row["state"]: row["number"] for row in found}

    async def counted(self, key: str) -> int:
        """Hits of all throttles whose keys begin so."""
        found = await self.house.rows("SELECT hits FROM throttle WHERE key LIKE :key", key=f"{key}%")
        return sum(len(_decoded(row["hits"])) for row in found)

    async def assert_tells_no_secret(self) -> None:
        """Events, deliveries and logs: no code, no number, no credential, no session."""
        events, deliveries = await self.house.rows("SELECT * FROM event"), await self.deliveries()
        told = json.dumps([self.logs.entries, events, deliveries], default=repr)
        sessions = [cookie for visitor in (self.owner, self.other) for cookie in visitor.cookies.values()]
        numbers = [spelt for one in (OWNER, OTHER) for spelt in (one.number[1:], one.national)]
        for secret in (*self.codes, *numbers, *sessions, TOKEN, URL_KEY):
            assert secret not in told


def _decoded(value: Any) -> Any:
    """JSON of SQLite comes as text through bare SQL."""
    return json.loads(value) if isinstance(value, str) else value


async def enrol(scene: Scene, visitor: Visitor, person: Person) -> Any:
    """From the prompt to the code that came: how it ends."""
    asked = await visitor.answer(SLUG, phone=person.number)
    assert asked.get("phone_number_required") is False, asked
    return await visitor.answer(SLUG, code=scene.code_for(person))


async def enrol_by_page(scene: Scene, visitor: Visitor, person: Person, **number: str) -> Answer:
    """The same with the hosted page, from where his number is asked for, in the field that `number` names."""
    await visitor.fill_in(PAGE, **number)
    return await visitor.fill_in(PAGE, code=scene.code_for(person))


async def assert_turned_away(scene: Scene) -> None:
    """A stranger gets nowhere, fault or no fault, and causes no message."""
    before = len(scene.double.requests)
    assert (await scene.stranger.see(SLUG))["component"] == "ak-stage-access-denied"
    denied = await scene.stranger.post(SLUG, json.dumps({"phone": STRANGER.number}).encode())
    assert denied.status in {200, 403}
    assert len(scene.double.requests) == before
