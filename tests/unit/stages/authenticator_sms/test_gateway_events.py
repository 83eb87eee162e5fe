"""What a gateway does is told to administrators, once, with the stages that it is about and without a secret."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, sms
from watchword.errors import DatabaseUnavailable
from watchword.flows.background import Background
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.lane import Change
from watchword.stages.authenticator_sms.gateway_events import GatewayEvents
from watchword.storage.events import EventRow

OURS = GenericSettings(url="https://gateway.example/send", auth="tok")
DETAIL = f"Status 503: no way to {OWNER.number}"


def teller(engine: Engine, database: Any = None) -> GatewayEvents:
    services = engine.services
    return GatewayEvents(
        services.settings, database or services.database, services.configuration, services.background, services.clock
    )


async def told(engine: Engine, change: Change) -> EventRow:
    teller(engine)(change)
    await engine.services.background.drain()
    (event,) = await engine.events()
    return event


async def test_a_gateway_that_rests_is_told_with_its_cause_and_its_stages(engine: Engine) -> None:
    two, one, else_ = sms(name="two"), sms(name="one"), sms(name="else", auth="another")
    await engine.install(flow(two, one, else_))
    event = await told(engine, Change("rests", OURS, 5, 7, "gateway", DETAIL))
    assert event.action == "gateway_resting"
    assert event.message == "The generic gateway rests: it failed again and again"
    assert event.context == {
        "gateway": "generic",
        "stages": ["one", "two"],
        "stage": "one",
        "pk": one.stage.pk,
        "seconds": 5,
        "failures": 7,
        "category": "gateway",
        "detail": "Status 503: no way to +49 ••• ••13",
    }
    assert (event.username, event.client_ip) == ("", "")


async def test_one_that_is_well_again_is_told(engine: Engine) -> None:
    event = await told(engine, Change("well", OURS))
    assert (event.action, event.message) == ("gateway_well", "The generic gateway is well again")
    assert event.context == {"gateway": "generic", "stages": []}


async def test_a_full_queue_is_told_with_how_much_was_under_way(engine: Engine) -> None:
    event = await told(engine, Change("full", OURS, at_once=50, waiting=7))
    assert (event.action, event.message) == ("gateway_full", "Too many messages wait for the generic gateway")
    assert event.context == {"gateway": "generic", "stages": [], "under_way": 50, "waiting": 7}


@pytest.mark.parametrize("state", ["rests", "well", "full"])
async def test_no_event_holds_a_secret(engine: Engine, state: Any) -> None:
    secret = GenericSettings(url="https://mia:hush@gateway.example/hook-4711", auth="token-4711", auth_password="4711")
    said = str(await told(engine, Change(state, secret)))
    assert not any(hidden in said for hidden in ("4711", "hush"))


async def test_nobody_waits_for_it_and_a_database_that_is_away_is_told_to_the_log(engine: Engine) -> None:
    class Away:
        async def run(self, *_: object) -> None:
            raise DatabaseUnavailable

    teller(engine, Away())(Change("well", OURS))
    with capture_logs() as logs:
        await engine.services.background.drain()
    assert [(one["event"], one["action"]) for one in logs] == [("gateway_event_lost", "gateway_well")]
    assert await engine.events() == []


async def test_where_too_much_is_under_way_it_is_only_logged(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchword.flows.background.MOST", 0)
    assert isinstance(engine.services.background, Background)
    teller(engine)(Change("well", OURS))
    assert await engine.events() == []
