"""What a gateway is before it does anything: silent about its settings, modest about its abilities."""

from typing import ClassVar

import pytest

from tests.unit.gateways.make import message
from watchword.gateways.base import Gateway, GatewaySettings
from watchword.gateways.message import Message, Receipt


class PigeonSettings(GatewaySettings, frozen=True, kw_only=True):
    kind: ClassVar[str] = "pigeon"

    ring: str


class Pigeon(Gateway[PigeonSettings]):
    kind: ClassVar[str] = "pigeon"
    label: ClassVar[str] = "Pigeon"

    async def send(self, settings: PigeonSettings, message: Message) -> Receipt:  # noqa: ARG002 - the same for all
        return Receipt(provider_id=settings.ring)


class Egg(Gateway[PigeonSettings]):
    """Cannot send."""


def test_a_gateway_that_cannot_send_is_none() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Egg()  # type: ignore[abstract] # this is what is tested


def test_a_gateway_claims_nothing_that_it_did_not_declare() -> None:
    assert (Pigeon.fake, Pigeon.receipts, Pigeon.price, Pigeon.senders) == (False, False, False, frozenset())


async def test_one_gateway_sends_with_the_settings_of_each_stage() -> None:
    pigeon = Pigeon()
    receipts = [await pigeon.send(PigeonSettings(ring=ring), message()) for ring in ("left", "right")]
    assert [receipt.provider_id for receipt in receipts] == ["left", "right"]


async def test_a_closed_gateway_that_holds_nothing_can_be_closed_again() -> None:
    pigeon = Pigeon()
    await pigeon.close()
    await pigeon.close()


def test_settings_have_no_secrets_unless_they_name_them() -> None:
    assert PigeonSettings(ring="left").secrets() == []


def test_settings_of_a_new_gateway_show_no_value_either() -> None:
    assert repr(PigeonSettings(ring="left")) == "PigeonSettings()"


def test_settings_are_values() -> None:
    settings = PigeonSettings(ring="left")
    with pytest.raises(AttributeError, match="immutable"):
        settings.ring = "right"  # type: ignore[misc] # this is what is tested
    assert settings == PigeonSettings(ring="left") != PigeonSettings(ring="right")
    with pytest.raises(TypeError):
        PigeonSettings("left")  # type: ignore[call-arg] # this is what is tested
