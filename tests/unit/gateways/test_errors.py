"""A failed send: one sentence for the visitor, everything else for the administrator."""

from typing import get_args

import pytest

from tests.unit.gateways.make import CODE, NUMBER
from watchword.errors import WatchwordError
from watchword.gateways.errors import TRY_AGAIN, Category, SendError

SENTENCES: dict[Category, str] = {
    "configuration": TRY_AGAIN,
    "throttled": "Too many messages are being sent. Please try again in a minute.",
    "number": "This number cannot receive text messages. Check it, or use another one.",
    "route": "This number cannot be reached. Use another one.",
    "delivery": TRY_AGAIN,
    "abuse": "No message can be sent to this number.",
    "network": TRY_AGAIN,
    "gateway": TRY_AGAIN,
    "mapping": TRY_AGAIN,
    "busy": "Too many messages are being sent. Please try again in a minute.",
    "resting": TRY_AGAIN,
}
DETAIL = f"Status 401: wrong token for {NUMBER}, code {CODE}"


def test_every_category_has_its_sentence() -> None:
    assert set(SENTENCES) == set(get_args(Category))


@pytest.mark.parametrize("category", get_args(Category))
def test_the_visitor_reads_the_sentence_of_the_category(category: Category) -> None:
    error = SendError(category, DETAIL)
    assert str(error) == error.message == SENTENCES[category]
    assert error.category == category


def test_what_the_visitor_can_do_about_it_is_said_only_where_he_can_do_it() -> None:
    """Another number helps with the number alone: whoever is told so otherwise gives up a good one."""
    told = {category for category in get_args(Category) if "use another one" in str(SendError(category, "")).lower()}
    assert told == {"number", "route"}


def test_the_sentence_without_a_category_is_the_class_own() -> None:
    assert (SendError.__doc__ or "").strip() == TRY_AGAIN


def test_a_sentence_of_its_own_replaces_that_of_the_category() -> None:
    error = SendError("number", DETAIL, sentence="Text START to our number.")
    assert str(error) == error.message == "Text START to our number."
    assert SendError("number", DETAIL, sentence="").message == SENTENCES["number"]


@pytest.mark.parametrize("category", get_args(Category))
def test_what_the_gateway_said_is_in_nothing_that_is_shown(category: Category) -> None:
    error = SendError(category, DETAIL, http_status=401, provider_code=20003)
    assert error.detail == DETAIL
    for shown in (str(error), repr(error), error.message, *map(str, error.args)):
        assert not any(part in shown for part in ("401", "20003", "token", NUMBER, CODE))


def test_it_is_an_error_of_the_tree_and_names_the_gateway_side_as_the_culprit() -> None:
    error = SendError("network", DETAIL)
    assert isinstance(error, WatchwordError)
    assert (error.code, error.status) == ("send_failed", 502)


def test_nothing_is_permanent_or_worth_another_gateway_unless_it_was_said() -> None:
    error = SendError("gateway", DETAIL)
    assert (error.permanent, error.retry_elsewhere) == (False, False)
    assert (error.http_status, error.provider_code, error.retry_after) == (None, None, None)


def test_what_was_said_is_kept() -> None:
    error = SendError(
        "throttled",
        DETAIL,
        permanent=True,
        retry_elsewhere=True,
        http_status=429,
        provider_code="too-many",
        retry_after=0,
    )
    assert (error.permanent, error.retry_elsewhere) == (True, True)
    assert (error.http_status, error.provider_code, error.retry_after) == (429, "too-many", 0)
