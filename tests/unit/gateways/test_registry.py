"""One table of gateways: all of them stand in it, and those that send nothing are not used in earnest."""

from pathlib import Path
from typing import get_args

import pytest

from tests.unit.gateways.make import SETTINGS, message
from watchword import gateways
from watchword.errors import SettingsInvalid
from watchword.gateways.base import GatewaySettings
from watchword.gateways.errors import SendError
from watchword.gateways.http import HttpClient
from watchword.gateways.registry import GATEWAYS, refuse_fakes
from watchword.gateways.sender import Sender
from watchword.stages.authenticator_sms.settings import Provider

FAKES = {"console", "demo", "memory"}
REAL = {"generic", "twilio"}


def test_each_gateway_stands_under_its_own_kind() -> None:
    assert {kind: gateway.kind for kind, gateway in GATEWAYS.items()} == {kind: kind for kind in FAKES | REAL}


def test_what_sends_nothing_says_so() -> None:
    assert {kind for kind, gateway in GATEWAYS.items() if gateway.fake} == FAKES


def test_each_folder_is_a_gateway_and_has_the_same_files() -> None:
    folders = {path.parent for path in Path(gateways.__path__[0]).glob("*/gateway.py")}
    assert {folder.name for folder in folders} == set(GATEWAYS)
    for folder in folders:
        names = {path.stem for path in folder.glob("*.py")}
        assert names == {"__init__", "check", "errors", "gateway", "settings", "shapes"}


def test_each_kind_has_settings() -> None:
    assert {settings.kind for settings in SETTINGS} == set(GATEWAYS)


def test_labels_tell_gateways_apart() -> None:
    assert len({gateway.label for gateway in GATEWAYS.values()} - {""}) == len(GATEWAYS)


def test_a_sender_can_be_named_where_something_is_sent_and_nowhere_else() -> None:
    assert {kind for kind, gateway in GATEWAYS.items() if gateway.senders} == REAL


def test_a_stage_may_choose_all_but_the_outbox_of_tests() -> None:
    assert set(get_args(Provider)) == set(GATEWAYS) - {"memory"}


@pytest.mark.parametrize("kind", sorted(FAKES))
def test_a_gateway_that_sends_nothing_is_refused_by_its_name(kind: str) -> None:
    with pytest.raises(SettingsInvalid, match=rf"uses the gateway {kind}, which sends nothing"):
        refuse_fakes([kind, "twilio"], demo=False)


def test_all_fakes_are_named_once_and_in_order() -> None:
    with pytest.raises(SettingsInvalid, match="uses the gateway console, demo, which"):
        refuse_fakes(["demo", "twilio", "console", "demo"], demo=False)


def test_the_refusal_says_both_ways_out() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        refuse_fakes(["demo"], demo=False)
    assert "--demo" in refused.value.message
    assert all(kind in refused.value.message for kind in REAL)


@pytest.mark.parametrize("kinds", [[], ["twilio"], ["generic", "twilio"], ["not-a-kind"]])
def test_what_is_real_or_not_known_is_not_refused(kinds: list[str]) -> None:
    refuse_fakes(kinds, demo=False)


def test_the_demo_may_use_all() -> None:
    refuse_fakes(list(GATEWAYS), demo=True)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings.kind)
async def test_the_sender_has_every_gateway(settings: GatewaySettings) -> None:
    """Nothing leaves: fakes are refused, and the client is not started."""
    with pytest.raises(SendError) as refused:
        await Sender(HttpClient()).send(settings, message())
    assert ("outside --demo" in refused.value.detail) == (settings.kind in FAKES)
    assert "There is no gateway" not in refused.value.detail
