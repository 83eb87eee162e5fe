"""Five thousand messages under way on one process, and nobody else waits for them. Real sockets, no clock."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from tests.contract.gateways.carriers import message
from tests.doubles.gateway import GatewayDouble
from tests.doubles.patient_gateway import PatientGateway
from tests.unit.metrics.scraped import value
from watchword.descriptors import raise_limit
from watchword.gateways.bounds import gateway_limits
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.http import HttpClient
from watchword.gateways.lane import Limits
from watchword.gateways.message import Receipt
from watchword.gateways.sender import Sender
from watchword.metrics.sends import SendMetrics
from watchword.settings import load

MANY = 5_000
OTHERS = 50
PATIENCE = 300.0
"""Seconds, for machines that are busy with other tests."""


@pytest.fixture
def usual() -> Limits:
    if raise_limit() < 2 * MANY + 1_000:
        pytest.skip("This machine lets no process open so many files.")
    limits = gateway_limits(load({}, database_url="sqlite://", secret_key="k" * 64))
    assert limits.at_once >= MANY, "without a setting"
    return limits._replace(deadline=PATIENCE)


async def test_five_thousand_are_under_way_at_once_and_others_are_sent_meanwhile(
    usual: Limits, double: GatewayDouble
) -> None:
    registry = CollectorRegistry()
    http = HttpClient(timeout=PATIENCE, connect_timeout=PATIENCE)
    await http.start()
    sender = Sender(http, limits=usual, metrics=SendMetrics(registry))
    with PatientGateway(MANY) as gateway:
        slow = GenericSettings(url=gateway.url)
        sending = [asyncio.create_task(sender.send(slow, message())) for _ in range(MANY)]
        await gateway.all_wait()
        others = await _send(sender, GenericSettings(url=f"{double.url}/send"), OTHERS)
        assert (len(others), len(double.requests)) == (OTHERS, OTHERS)
        assert not any(one.done() for one in sending)
        assert value(registry, "watchword_sends_in_flight", gateway="generic") == MANY
        assert value(registry, "watchword_sends_queued", gateway="generic") == 0
        gateway.answer()
        receipts = await asyncio.gather(*sending)
    await http.close()
    assert {(receipt.status, receipt.provider_id) for receipt in receipts} == {(200, "m-1")}


async def _send(sender: Sender, settings: GenericSettings, many: int) -> list[Receipt]:
    return await asyncio.gather(*(sender.send(settings, message()) for _ in range(many)))
