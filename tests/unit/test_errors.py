"""The one tree of errors."""

import re
from collections.abc import Iterator

import pytest

from watchword import errors
from watchword.errors import (
    ConfigurationInvalid,
    Invalid,
    NotFound,
    NumberRefused,
    Problem,
    Throttled,
    WatchwordError,
)

PROBLEM = Problem("authentik_flows.flow", "Sign in", "slug", "Flow with this slug already exists.")


def tree(root: type[WatchwordError] = WatchwordError) -> Iterator[type[WatchwordError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


TREE = [cls for cls in tree() if cls.__module__ == errors.__name__]


@pytest.mark.parametrize("cls", TREE, ids=lambda cls: cls.__name__)
def test_every_class_has_a_code_a_status_and_a_sentence(cls: type[WatchwordError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", cls.code)
    assert 400 <= cls.status < 600
    assert cls.__doc__, "the docstring is the default message"
    assert cls.__doc__.strip().splitlines()[0].endswith(".")


def test_codes_are_unique() -> None:
    codes = [cls.code for cls in TREE if "code" in vars(cls)]
    assert len(codes) == len(set(codes))


def test_the_default_message_is_the_docstrings_first_line() -> None:
    assert str(NotFound()) == NotFound().message == "There is nothing here."


def test_a_message_can_be_given() -> None:
    assert str(NotFound("No such flow.")) == NotFound("No such flow.").message == "No such flow."


def test_a_throttle_says_when_to_come_back() -> None:
    error = Throttled(30)
    assert (error.status, error.retry_after, error.message) == (
        429,
        30,
        "Too many tries. Please wait before you try again.",
    )


def test_a_refused_number_has_a_reason_and_is_invalid() -> None:
    error = NumberRefused("kind")
    assert isinstance(error, Invalid)
    assert (error.reason, error.message) == ("kind", "This phone number cannot be used.")
    assert NumberRefused("kind", "Another sentence.").message == "Another sentence."


def test_an_invalid_configuration_tells_every_problem() -> None:
    error = ConfigurationInvalid([PROBLEM, PROBLEM._replace(field="name")])
    assert error.problems == [PROBLEM, PROBLEM._replace(field="name")]
    assert error.message == (
        "authentik_flows.flow 'Sign in': slug: Flow with this slug already exists.; "
        "authentik_flows.flow 'Sign in': name: Flow with this slug already exists."
    )
