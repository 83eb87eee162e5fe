"""The flow executor over HTTP, as authentik's clients know it: addresses, methods, bodies and the shapes of answers."""

import json
from typing import Any

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.web.client import FORM, SIGN_IN, Answer, Visitor, executor
from tests.unit.web.house import House

ENROL, DIRECT = "default-sms-enrollment", "sms-enrollment-direct"
USER = {"pending_user", "pending_user_avatar"}


def keys(challenge: dict[str, Any]) -> set[str]:
    return set(challenge) - {"component", "flow_info"}


def is_error(answer: Answer, status: int) -> bool:
    """The one shape of an executor's error, with the id that finds it in the log."""
    assert answer.status == status, answer
    assert answer.header("content-type") == "application/json"
    assert set(answer.json) == {"component", "request_id", "error"}
    assert answer.json["component"] == "ak-stage-flow-error"
    assert answer.json["request_id"] == answer.header("x-authentik-id")
    return True


async def test_a_flow_describes_itself_in_every_challenge(owner: Visitor) -> None:
    challenge = await owner.see(ENROL, "next=/if/user/")
    assert challenge["flow_info"] == {
        "title": "Add your phone",
        "background": "/static/dist/assets/images/flow_background.jpg",
        "background_themed_urls": None,
        "cancel_url": "/flows/-/cancel/?next=%2Fif%2Fuser%2F",
        "layout": "stacked",
    }


async def test_identification_and_password_have_authentiks_keys(stranger: Visitor) -> None:
    first = await stranger.see(SIGN_IN)
    assert (first["component"], first["user_fields"]) == ("ak-stage-identification", ["username", "email"])
    assert (first["primary_action"], first["flow_designation"]) == ("Log in", "authentication")
    assert keys(first) >= {"password_fields", "allow_show_password", "captcha_stage", "sources", "show_source_labels"}
    assert keys(first) >= {"enable_remember_me", "passkey_challenge"}
    assert not keys(first) & USER
    second = await stranger.answer(SIGN_IN, uid_field=OWNER.username)
    assert second["component"] == "ak-stage-password"
    assert keys(second) == USER | {"allow_show_password"}
    assert second["pending_user"] == OWNER.username


async def test_a_prompt_lists_its_fields_with_all_nine_keys(owner: Visitor) -> None:
    challenge = await owner.see(ENROL)
    assert challenge["component"] == "ak-stage-prompt"
    assert keys(challenge) == {"fields"}
    (field,) = challenge["fields"]
    assert set(field) == {
        *("field_key", "label", "type", "required", "placeholder"),
        *("initial_value", "order", "sub_text", "choices"),
    }


async def test_the_sms_step_asks_for_a_number_then_for_the_code(house: House, owner: Visitor) -> None:
    first = await owner.see(DIRECT)
    assert (first["component"], first["phone_number_required"]) == ("ak-stage-authenticator-sms", True)
    assert keys(first) >= USER
    second = await owner.answer(DIRECT, phone_number=OWNER.number)
    assert second["phone_number_required"] is False
    assert second["masked_number"].endswith("13")
    assert OWNER.number not in str(second)
    assert second["response_errors"] == {}
    assert await owner.answer(DIRECT, code=house.code_for(OWNER)) == {"component": "xak-flow-redirect", "to": "/"}


async def test_errors_are_lists_of_sentence_and_code_by_field(owner: Visitor) -> None:
    missing = await owner.answer(ENROL)
    assert missing["response_errors"] == {"phone": [{"string": "This field is required.", "code": "required"}]}
    judged = await owner.answer(ENROL, phone="+999")
    (error,) = judged["response_errors"]["non_field_errors"]
    assert error["code"] == "invalid"
    assert error["string"].startswith("Write the number with its country code")
    assert "response_errors" not in await owner.see(ENROL)


async def test_the_component_of_an_answer_is_not_compared(house: House) -> None:
    for component in ("ak-stage-password", "", None, 7, "ak-stage-authenticator-sms"):
        challenge = await house.visitor().answer(SIGN_IN, component=component, uid_field=OWNER.username)
        assert challenge["component"] == "ak-stage-password"


async def test_an_answer_may_come_before_any_question(house: House) -> None:
    assert (await house.visitor().answer(SIGN_IN, uid_field=OWNER.username))["component"] == "ak-stage-password"


async def test_the_end_leads_where_the_page_asked(house: House) -> None:
    for query, to in (("", "/"), ("next=/if/user/", "/if/user/"), ("?next=%2Fif%2Fuser%2F%3Fa%3D1", "/if/user/?a=1")):
        assert (await house.visitor().see("empty", query)) == {"component": "xak-flow-redirect", "to": to}


async def test_next_is_read_from_the_pages_query_alone(stranger: Visitor) -> None:
    answer = await stranger.get("/api/v3/flows/executor/empty/?next=/if/user/&query=")
    assert answer.json["to"] == "/"


async def test_a_next_that_leads_away_is_denied(stranger: Visitor) -> None:
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        denied = await stranger.see("empty", f"next={target}")
        assert (denied["component"], denied["error_message"]) == ("ak-stage-access-denied", "Invalid next URL")


async def test_a_denial_is_a_challenge_with_its_message(stranger: Visitor) -> None:
    denied = await stranger.see("denied")
    assert denied["component"] == "ak-stage-access-denied"
    assert keys(denied) == USER | {"error_message"}
    assert (denied["error_message"], denied["pending_user"]) == ("Not today.", "")


async def test_a_flow_for_some_is_denied_to_the_others(owner: Visitor, other: Visitor, stranger: Visitor) -> None:
    asked = [(await visitor.see(ENROL))["component"] for visitor in (owner, other, stranger)]
    assert asked == ["ak-stage-prompt", "ak-stage-prompt", "ak-stage-access-denied"]
    refused = [await visitor.see("for-superusers") for visitor in (owner, other, stranger)]
    assert {challenge["error_message"] for challenge in refused} == {"Flow does not apply to current user."}
    assert [challenge["pending_user"] for challenge in refused] == [OWNER.username, OTHER.username, ""]


async def test_each_visitor_has_an_execution_of_his_own(owner: Visitor, other: Visitor) -> None:
    await owner.answer(DIRECT, phone_number=OWNER.number)
    assert (await other.see(DIRECT))["phone_number_required"] is True
    assert (await owner.see(DIRECT))["phone_number_required"] is False


async def test_an_unknown_user_is_asked_like_a_known_one(stranger: Visitor) -> None:
    assert (await stranger.answer(SIGN_IN, uid_field=STRANGER.username))["pending_user"] == STRANGER.username


async def test_an_unknown_flow_is_404_in_the_executors_shape(owner: Visitor, stranger: Visitor) -> None:
    for visitor in (owner, stranger):
        for slug in ("none", "DEFAULT-AUTHENTICATION-FLOW", "a%2Fb", "%00", "%ff", "%zz", "x" * 5000):
            assert is_error(await visitor.get(f"/api/v3/flows/executor/{slug}/"), 404)
            assert is_error(await visitor.post(slug, b"{}"), 404)


async def test_another_method_is_405_and_told_which_would_do(stranger: Visitor) -> None:
    for method in ("HEAD", "PUT", "PATCH", "DELETE", "TRACE", "MADE-UP"):
        answer = await stranger.request(method, executor(SIGN_IN))
        assert is_error(answer, 405)
        assert {"GET", "POST"} <= set(answer.header("allow").split(", "))


async def test_the_last_slash_may_be_left_out(stranger: Visitor) -> None:
    assert (await stranger.get(f"/api/v3/flows/executor/{SIGN_IN}")).json == await stranger.see(SIGN_IN)


async def test_json_is_read_and_anything_else_is_415(house: House) -> None:
    body = b'{"uid_field": "olivia"}'
    for kind in ("", "application/json", "Application/JSON;charset=utf-8", "application/json ;x"):
        answer = await house.visitor().post(SIGN_IN, body, content_type=kind)
        assert answer.json["component"] == "ak-stage-password", kind
    visitor = house.visitor()
    for kind in (*FORM.values(), "multipart/form-data; boundary=x", "text/plain", "text/json", ";", "*/*"):
        assert is_error(await visitor.post(SIGN_IN, body, content_type=kind), 415)
    assert (await visitor.see(SIGN_IN))["component"] == "ak-stage-identification"


async def test_a_step_answered_elsewhere_is_a_conflict(house: House, owner: Visitor) -> None:
    """Two requests of one visitor at once: one moves on, the other changes nothing."""
    await owner.see(DIRECT)
    database = house.services.database
    held, patch = database.run, pytest.MonkeyPatch()

    async def overtaken(fn: Any, *args: Any, **kwargs: Any) -> Any:
        """The other request runs between this one's reading and saving."""
        if getattr(fn, "__name__", "") == "_checkpoint":
            patch.undo()
            await owner.answer(DIRECT, phone_number=OWNER.number)
        return await held(fn, *args, **kwargs)

    patch.setattr(database, "run", overtaken)
    assert is_error(await owner.post(DIRECT, json.dumps({"phone_number": OTHER.number}).encode()), 409)
    assert [message.to for message in house.services.sender.inbox()] == [OWNER.number]
