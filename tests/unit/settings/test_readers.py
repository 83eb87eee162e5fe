"""What each setting takes, and what it says of other values."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.settings import SETTINGS, SettingInfo, readers


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://sms.example.org", "https://sms.example.org"),
        ("https://sms.example.org/", "https://sms.example.org"),
        (" HTTPS://SMS.Example.ORG ", "https://sms.example.org"),
        ("https://sms.example.org:443", "https://sms.example.org"),
        ("http://sms.example.org:80/", "http://sms.example.org"),
        ("http://sms.example.org:443", "http://sms.example.org:443"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
        ("http://twilio_double:4010", "http://twilio_double:4010"),
        ("https://münchen.example", "https://münchen.example"),
    ],
)
def test_an_origin_is_normalised(text: str, origin: str) -> None:
    assert readers.origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "sms.example.org",
        "//sms.example.org",
        "ftp://sms.example.org",
        "javascript:alert(1)",
        "https://",
        "https://sms.example.org/path",
        "https://sms.example.org//",
        "https://sms.example.org?x",
        "https://sms.example.org#x",
        "https://user@sms.example.org",
        "https://user:pw@sms.example.org",
        "https://sms.example.org:0",
        "https://sms.example.org:65536",
        "https://sms.example.org:x",
        "https://sms example.org",
        "https://sms.example.org\nx",
        "https://*.example.org",
    ],
)
def test_an_origin_has_neither_path_nor_user(text: str) -> None:
    with pytest.raises(ValueError, match="must be like https://"):
        readers.origin(text)


@pytest.mark.parametrize("text", ["mysql://h/n", "/var/lib/x.db", "postgresql", "postgresql:", "sqlite+aiosqlite:///x"])
def test_other_databases_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must begin with postgresql://"):
        readers.database_url(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("Yes", True),
        ("1", True),
        (" on ", True),
        ("false", False),
        ("NO", False),
        ("0", False),
        ("off", False),
    ],
)
def test_a_switch_is_read_as_people_write_it(text: str, expected: bool) -> None:
    assert readers.switch(text) is expected


def test_networks_are_addresses_or_networks() -> None:
    found = readers.networks("10.1.2.3/8 192.0.2.1,  2001:db8::/32,")
    assert found == (ip_network("10.0.0.0/8"), ip_network("192.0.2.1/32"), ip_network("2001:db8::/32"))


def test_a_path_may_begin_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert readers.path("~/data") == tmp_path / "data"


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        (readers.secret_key, "k" * 31, "32 characters or more"),
        (readers.networks, "10.0.0.0/33", "addresses or networks"),
        (readers.networks, "proxy.local", "addresses or networks"),
        (readers.origins, "https://a.example, nonsense", "must be like https://"),
        (readers.region, "Germany", "two letters"),
        (readers.region, "XX", "two letters"),
        (readers.region, "001", "two letters"),
        (readers.switch, "maybe", "true or false"),
        (readers.choice("a", "b"), "c", "one of a, b"),
        (readers.seconds(0.1, 30), "0", "from 0.1 to 30"),
        (readers.seconds(0.1, 30), "30.1", "from 0.1 to 30"),
        (readers.seconds(0.1, 30), "nan", "from 0.1 to 30"),
        (readers.seconds(0.1, 30), "inf", "from 0.1 to 30"),
        (readers.seconds(0.1, 30), "soon", "from 0.1 to 30"),
        (readers.whole(8, 1024), "7", "from 8 to 1024"),
        (readers.whole(8, 1024), "1025", "from 8 to 1024"),
        (readers.whole(8, 1024), "64.5", "from 8 to 1024"),
        (readers.whole(8, 1024), "lots", "from 8 to 1024"),
    ],
)
def test_other_values_are_told_what_is_right(read: Callable[[str], Any], text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        read(text)
    assert str(caught.value).startswith("must ")
    assert "." in str(caught.value)


def test_a_home_that_does_not_exist_is_told() -> None:
    with pytest.raises(ValueError, match="must name a directory"):
        readers.path("~no-such-user-anywhere/data")


@pytest.mark.parametrize("info", SETTINGS, ids=lambda info: info.field)
@given(before=st.sampled_from(["", "~", "postgresql://", "https://"]), after=st.text())
def test_no_text_does_worse_than_a_value_error_that_keeps_it_to_itself(
    info: SettingInfo, before: str, after: str
) -> None:
    message = ""
    try:
        info.read(f"{before}s3cr3t{after}")
    except ValueError as error:
        message = str(error)
    assert "s3cr3t" not in message


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("days=90", timedelta(days=90)),
        (" Days=31 ", timedelta(days=31)),
        ("weeks=5;hours=1", timedelta(days=35, hours=1)),
        ("forever", None),
        (" Forever", None),
        ("0", None),
    ],
)
def test_how_long_history_is_kept(text: str, kept: timedelta | None) -> None:
    assert readers.kept(text) == kept


@pytest.mark.parametrize("text", ["days=30", "days=0", "90", "90 d", "never", "days=x", "days=-90", "days=99999999"])
def test_no_less_is_kept_than_the_first_page_shows(text: str) -> None:
    with pytest.raises(ValueError, match="must be like days=90, 31 days at least, or forever"):
        readers.kept(text)
