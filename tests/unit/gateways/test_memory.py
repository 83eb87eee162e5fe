"""The memory gateway: an outbox for tests, that fails when it is told to."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.gateways.make import message
from watchword.gateways.errors import SendError
from watchword.gateways.memory.gateway import MemoryGateway
from watchword.gateways.memory.settings import MemorySettings

SETTINGS = MemorySettings()


async def test_messages_are_kept_whole_and_in_order() -> None:
    memory = MemoryGateway()
    sent = [message(), message(to=OTHER.number, payload={"any": "thing"})]
    names = [(await memory.send(SETTINGS, each)).provider_id for each in sent]
    assert memory.outbox == sent
    assert [kept.to for kept in memory.outbox] == [OWNER.number, OTHER.number]
    assert len(set(names)) == 2


async def test_a_failed_send_leaves_nothing_in_the_outbox_until_sends_succeed_again() -> None:
    memory = MemoryGateway()
    memory.failing = SendError("network", "down")
    for _ in range(2):
        with pytest.raises(SendError) as failed:
            await memory.send(SETTINGS, message())
        assert failed.value is memory.failing
        assert memory.outbox == []
    memory.failing = None
    await memory.send(SETTINGS, message())
    assert memory.outbox == [message()]


async def test_two_outboxes_share_nothing() -> None:
    memory = MemoryGateway()
    await memory.send(SETTINGS, message())
    assert MemoryGateway().outbox == []
