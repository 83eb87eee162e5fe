"""The audit trail's vocabulary."""

import re

import msgspec
import pytest

from watchword.events import ACTIONS, Event

REQUIRED = {
    "login",
    "login_failed",
    "logout",
    "device_enrolled",
    "device_removed",
    "sms_sent",
    "sms_send_failed",
    "policy_exception",
    "policy_execution",
    "property_mapping_exception",
    "model_created",
    "model_updated",
    "model_deleted",
    "password_throttled",
    "code_throttled",
    "number_refused",
    "suspicious_request",
}


def test_the_vocabulary_holds_every_action_of_the_engine() -> None:
    assert set(ACTIONS) >= REQUIRED


@pytest.mark.parametrize(("action", "meaning"), ACTIONS.items())
def test_every_action_is_a_plain_word_with_a_sentence(action: str, meaning: str) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", action)
    assert not action.startswith("custom_")
    assert re.fullmatch(r"[A-Z].+\.", meaning)


@pytest.mark.parametrize("action", [*ACTIONS, "custom_x", "custom_my event", "custom_a.b:c-d"])
def test_known_actions_make_an_event(action: str) -> None:
    assert Event(action).action == action


@pytest.mark.parametrize(
    "action", ["", "loggedin", "Login", "login ", "custom_", "custom", "custom_a\nb", "custom_" + "x" * 101]
)
def test_unknown_actions_are_refused(action: str) -> None:
    with pytest.raises(ValueError, match="There is no action"):
        Event(action)


def test_an_unknown_action_is_refused_on_decoding_too() -> None:
    with pytest.raises(msgspec.ValidationError, match="There is no action"):
        msgspec.json.decode(b'{"action": "nonsense"}', type=Event)


def test_an_event_is_about_nobody_unless_told() -> None:
    event = Event("login_failed", "Wrong user name or password")
    assert (event.user_id, event.username, event.client_ip, event.context) == (None, "", "", {})


def test_events_do_not_share_their_context() -> None:
    assert Event("login").context is not Event("login").context


def test_no_number_or_secret_gets_into_an_event() -> None:
    event = Event(
        "sms_send_failed",
        "Twilio would not send to +4915123456713",
        {
            "code": "123456",
            "auth": "AC1:token",
            "error_code": 21211,
            "answer": {"message": "The 'To' number +4915123456713 is not valid", "more": ["+49 151 23456713"]},
        },
    )
    assert event.message == "Twilio would not send to +49 ••• ••13"
    assert event.context == {
        "code": "***",
        "auth": "***",
        "error_code": 21211,
        "answer": {"message": "The 'To' number +49 ••• ••13 is not valid", "more": ["+49 ••• ••13"]},
    }


def test_an_event_does_not_change_with_the_context_it_was_made_of() -> None:
    context = {"wait": 30}
    event = Event("code_throttled", "Too many codes", context)
    context["wait"] = 60
    assert event.context == {"wait": 30}


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        Event("login").action = "logout"  # type: ignore[misc]  # what the test is about


def test_an_event_survives_the_database() -> None:
    event = Event("login", "Signed in", {"method": "password"}, 7, "alice", "192.0.2.1")
    assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event
