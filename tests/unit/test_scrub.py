"""The last line of defence against secrets and numbers in logs and events."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.scrub import HIDDEN, holds_secret, mask_numbers, scrub

NUMBER = "+4915123456713"
MASKED = "+49 ••• ••13"


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "Password",
        "bootstrap_password",
        "auth_password",
        "secret",
        "secret_key",
        "client-secret",
        "token",
        "access_token",
        "X-Auth-Token",
        "authorization",
        "Authorization",
        "auth",
        "cookie",
        "Set-Cookie",
        "phone",
        "phone_number",
        "phoneNumber",
        "number",
        "code",
        "codes",
        "otp",
        "body",
    ],
)
def test_secrets_are_hidden_by_their_key(key: str) -> None:
    assert scrub({key: "123456"}) == {key: HIDDEN}
    assert scrub({key: 123456}) == {key: HIDDEN}
    assert scrub({key: ["123456"]}) == {key: HIDDEN}
    assert scrub({"outer": {key: {"inner": "123456"}}}) == {"outer": {key: HIDDEN}}


@pytest.mark.parametrize(
    "key", ["status_code", "error_code", "key_id", "author", "masked_number", "country_code", "username", "message"]
)
def test_what_is_no_secret_is_left(key: str) -> None:
    assert scrub({key: "hello"}) == {key: "hello"}


def test_whether_there_is_a_secret_may_be_told() -> None:
    assert scrub({"password": None, "phone_number_required": True}) == {
        "password": None,
        "phone_number_required": True,
    }


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (NUMBER, MASKED),
        (f"sent to {NUMBER}.", f"sent to {MASKED}."),
        (f"To=%2B{NUMBER[1:]}&From=%2b12024561111", f"To={MASKED}&From=+1 ••• ••11"),
        ("+49 151 234567-13", MASKED),
        ("+1 (202) 456-1111", "+1 ••• ••11"),
        ("+49 (0)151 / 234567-13", "+49 ••• ••13"),
        (f"{NUMBER},+12024561111", f"{MASKED},+1 ••• ••11"),
        (f"tel:{NUMBER}", f"tel:{MASKED}"),
        ("+" + "1" * 30, "+1 ••• ••11"),
    ],
)
def test_numbers_in_any_text_are_masked(text: str, masked: str) -> None:
    assert mask_numbers(text) == masked


@pytest.mark.parametrize(
    "text", ["2026-01-31T10:00:00+00:00", "1+1", "+49", "a+123456", "4915123456713", "", "+49 ••• ••13"]
)
def test_other_text_is_left(text: str) -> None:
    assert mask_numbers(text) == text


def test_numbers_are_masked_in_keys_lists_and_objects() -> None:
    scrubbed = scrub(
        {
            "list": [NUMBER, (NUMBER, {NUMBER})],
            "deep": {"er": {"still": NUMBER}},
            NUMBER: 1,
            "error": ValueError(f"bad {NUMBER}"),
            "bytes": NUMBER.encode(),
        }
    )
    assert "4567" not in repr(scrubbed)
    assert scrubbed["deep"] == {"er": {"still": MASKED}}
    assert scrubbed["error"] == f"bad {MASKED}"


def test_plain_values_keep_their_type() -> None:
    values: dict[str, Any] = {"none": None, "yes": True, "whole": 3, "part": 1.5, "list": [1, "a"]}
    assert scrub(values) == values


def test_other_values_become_text() -> None:
    assert scrub({"at": datetime(2026, 1, 31, tzinfo=UTC)}) == {"at": "2026-01-31 00:00:00+00:00"}


def test_a_value_that_holds_itself_comes_to_an_end() -> None:
    loop: dict[str, Any] = {}
    loop["again"] = loop
    assert HIDDEN in repr(scrub(loop))


def test_the_given_values_are_not_changed() -> None:
    values = {"code": "123456", "inner": {"token": "t"}}
    scrub(values)
    assert values == {"code": "123456", "inner": {"token": "t"}}


@given(st.text(), st.text(alphabet="0123456789", min_size=7, max_size=15), st.text())
def test_no_number_survives_whatever_stands_around_it(before: str, digits: str, after: str) -> None:
    assert f"+{digits}" not in mask_numbers(f"{before}+{digits}{after}")


PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), PLAIN))
def test_scrubbing_twice_changes_nothing_more(values: dict[str, Any]) -> None:
    once = scrub(values)
    assert scrub(once) == once


@pytest.mark.parametrize(
    "text", ["/if/start/{}", "/if/start/{}/", "GET http://h/if/start/{}/?x", "%2Fif%2fstart%2F{}%2f"]
)
def test_a_start_link_is_hidden_wherever_it_stands(text: str) -> None:
    link = text.format("lni-ZZlycU2QiNLtJ5KpMcCrXVcFRtmj9cprA4eruIM")
    assert scrub({"path": link, "all": [link]}) == {"path": text.format("***"), "all": [text.format("***")]}
    assert scrub({"path": "/if/admin/start/gateway/"}) == {"path": "/if/admin/start/gateway/"}


@pytest.mark.parametrize("key", ["password", "apiToken", "Client-Secret", "auth", "otp", "body"])
def test_a_key_that_promises_a_secret_is_found_however_deep(key: str) -> None:
    assert holds_secret({"a": [{"b": {key: 1}}]})


@pytest.mark.parametrize("value", [{"phone": "+4915123456789", "number": 7, "author": "x"}, {}, [], "password", None])
def test_a_phone_number_is_no_secret_and_a_text_promises_none(value: object) -> None:
    assert not holds_secret(value)
