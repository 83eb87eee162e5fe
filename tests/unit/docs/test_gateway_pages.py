"""What the tables about gateways say is what the code does."""

import re

import pytest

from tests.manual import DOCS
from watchword.gateways.breaker import FIRST_REST, IN_A_ROW, LONGEST_REST, STEADY
from watchword.gateways.generic.errors import MEANINGS, meaning_of
from watchword.gateways.generic.gateway import _NAMES
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.http import MAX_ANSWER
from watchword.gateways.lane import TOLD_AGAIN
from watchword.gateways.shapes import slip_of
from watchword.gateways.twilio.shapes import ACCOUNT_SID, API_KEY_SID, AUTH_TOKEN, SENDER
from watchword.settings import SETTINGS
from watchword.settings.values import LONGEST_SEND
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.web.pages.console.groups import GATEWAYS

GENERIC = (DOCS / "generic-gateway.md").read_text("utf-8")
TWILIO = (DOCS / "twilio.md").read_text("utf-8")


def rows(page: str, first: str) -> list[list[str]]:
    """The cells of the table whose head begins with this cell."""
    table = page.split(f"\n| {first} |", 1)[1].split("\n\n")[0]
    _, _, *lines = table.splitlines()
    assert lines
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize(("set_", "carries"), rows(GENERIC, "you set"))
def test_the_request_carries_the_authorization_that_the_table_says(set_: str, carries: str) -> None:
    given = {name: value for name, _, value in (text.partition(": ") for text in code_in(set_) if ": " in text)}
    url = next((text for text in code_in(set_) if text.startswith("https://")), "https://gateway.example.org/send")
    settings = GenericSettings(url=url, **given)  # type: ignore[arg-type] # the page's values, checked by what they do
    made = [f"{name}: {value}" for name, value in settings.authorization().items()]
    if carries.startswith("the same"):
        assert settings.address == "https://gateway.example.org/send"
        assert made == code_in(rows(GENERIC, "you set")[1][1])
    else:
        assert made == ([] if carries.startswith("no ") else code_in(carries))


def test_every_status_with_a_meaning_of_its_own_is_in_the_table() -> None:
    told = [int(status) for cells in rows(GENERIC, "status") for status in re.findall(r"\b\d{3}\b", cells[0])]
    assert set(told) == {*MEANINGS, 300, 399}
    assert {meaning_of(status) for status in (300, 399)} == {meaning_of(301)}


def test_the_limits_of_an_answer_are_those_of_the_code() -> None:
    [timeout] = [info for info in SETTINGS if info.field == "gateway_timeout"]
    assert (
        f"within `{timeout.name}` seconds ({timeout.default}, unless you set it; {LONGEST_SEND:g} at most)" in GENERIC
    )
    assert f"more than {MAX_ANSWER:,} bytes" in GENERIC
    [taken] = [cells[1] for cells in rows(GENERIC, "your endpoint") if cells[1].startswith("taken.")]
    assert tuple(code_in(taken)) == _NAMES


def test_what_is_said_of_many_messages_and_of_rests_is_what_the_code_does() -> None:
    defaults = {info.name: info.default for info in SETTINGS}
    told = GENERIC.split("## When many are sent")[1].split("\n## ")[0]
    for name in ("WATCHWORD_GATEWAY_CONCURRENCY", "WATCHWORD_GATEWAY_QUEUE"):
        assert f"`{name}` ({defaults[name]})" in told
    assert IN_A_ROW == 5, "five in a row"
    assert f"the gateway rests for {FIRST_REST:g} seconds" in told
    assert f"up to {LONGEST_REST:g} seconds" in told
    assert f"{LONGEST_REST:g} seconds at most" in told
    assert STEADY == TOLD_AGAIN == 60, "within a minute; once a minute"


@pytest.mark.parametrize("cells", rows(GENERIC, "field"), ids=lambda cells: cells[0])
def test_the_fields_of_an_endpoint_are_called_as_in_the_console(cells: list[str]) -> None:
    [field] = code_in(cells[0])
    assert GATEWAYS[field]["generic"].title == cells[1]


def test_twilios_values_go_to_fields_that_are_called_so_in_the_console() -> None:
    fields = set()
    for _, _, cell in rows(TWILIO, "at Twilio"):
        for field, title in re.findall(r"`([a-z_]+)`,(?: in the console)? \*([^*]+)\*", cell):
            assert GATEWAYS[field]["twilio"].title == title
            fields.add(field)
    assert fields == {"account_sid", "auth", "api_key_sid", "from_number"}


def test_every_field_of_twilio_is_a_field() -> None:
    named = {field for cells in rows(TWILIO, "field") for field in code_in(cells[0])}
    assert named == {"account_sid", "auth", "api_key_sid", "from_number", "gateway_url"}
    assert named <= set(SMSSettings.__struct_fields__)


def test_the_examples_of_twilio_look_right_to_the_form() -> None:
    exported = dict(re.findall(r"^export (\w+)=(\S+)$", TWILIO, re.MULTILINE))
    assert slip_of(ACCOUNT_SID, exported["TWILIO_ACCOUNT_SID"]) == ""
    assert slip_of(AUTH_TOKEN, exported["TWILIO_AUTH_TOKEN"]) == ""
    assert slip_of(SENDER, exported["TWILIO_FROM"]) == ""
    assert slip_of(API_KEY_SID, "SK" + exported["TWILIO_AUTH_TOKEN"]) == ""
    assert slip_of(ACCOUNT_SID, "MG" + exported["TWILIO_AUTH_TOKEN"]) != "", "never to Account SID"
