"""`next` leads nowhere but home."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.flows.redirects import cancel_url, safe_next


@pytest.mark.parametrize("url", ["/", "/if/user/", "/x?y=//z", "/a#b", "/%2F%2Fevil.com"])
def test_paths_of_our_own_are_kept(url: str) -> None:
    assert safe_next(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "//evil.com",
        "///evil.com",
        "/\\evil.com",
        "\\\\evil.com",
        "/\tevil.com",
        "/\n/evil.com",
        "https://evil.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.com",
        "",
        "http://[",
        " /x",
        "https:/evil.com",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    assert safe_next(url) is None


def test_an_allowed_origin_is_kept_and_its_lookalikes_are_not() -> None:
    origins = ["https://app.example"]
    assert safe_next("https://app.example/welcome", origins) == "https://app.example/welcome"
    assert safe_next("https://app.example.evil.com/", origins) is None
    assert safe_next("https://app.example@evil.com/", origins) is None
    assert safe_next("http://app.example/", origins) is None


@given(st.text())
def test_no_text_breaks_it_and_none_leaves_the_host(url: str) -> None:
    safe = safe_next(url)
    assert safe is None or (safe == url and safe.startswith("/") and not safe.startswith(("//", "/\\")))


def test_cancel_carries_next_on_as_one_value() -> None:
    assert cancel_url("") == "/flows/-/cancel/"
    assert cancel_url("/a?b=c&d") == "/flows/-/cancel/?next=%2Fa%3Fb%3Dc%26d"
