"""Security: whatever people do, neither metrics nor spans hold a number, a code, a name, an address or a key."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.traces.spans import KeptTraces
from tests.unit.web.client import SIGN_IN, Visitor
from tests.unit.web.house import House, Prepared, open_house
from watchword.traces.attributes import ATTRIBUTES

TOKEN, API_TOKEN = "the-token-of-prometheus", "an-api-token-of-akadmin"
DIRECT, STRANGE_SLUG, AGENT = "sms-enrollment-direct", "a-slug-that-nobody-made", "an agent of their own"


@pytest.fixture
def traces() -> KeptTraces:
    return KeptTraces()


@pytest.fixture
async def lived_in(prepared: Prepared, tmp_path: Path, traces: KeptTraces) -> AsyncIterator[House]:
    """People enrolled, guessed, failed and looked where they should not."""
    async with open_house(
        prepared, tmp_path / "data", traces=traces, metrics_token=TOKEN, bootstrap_token=API_TOKEN
    ) as house:
        await _enrol(house)
        await _sign_in_by_guesses(house)
        await _look_around(house)
        yield house


async def _enrol(house: House) -> None:
    visitor = await house.signed_in(OWNER, address="203.0.113.7")
    await visitor.see(DIRECT)
    await visitor.answer(DIRECT, phone_number=OTHER.number)
    await visitor.answer(DIRECT, change_number=True)
    await visitor.answer(DIRECT, phone_number=OWNER.national, region=OWNER.region)
    await visitor.answer(DIRECT, code="000000")
    end = await visitor.answer(DIRECT, code=house.code_for(OWNER))
    assert end["component"] == "xak-flow-redirect", end


async def _sign_in_by_guesses(house: House) -> None:
    visitor = house.visitor(address="203.0.113.8")
    for password in ("a wrong password", OTHER.password[:-1]):
        await visitor.see(SIGN_IN)
        await visitor.answer(SIGN_IN, uid_field=OTHER.username)
        await visitor.answer(SIGN_IN, password=password)


async def _look_around(house: House) -> None:
    visitor = house.visitor(address="203.0.113.9")
    await visitor.get(f"/if/flow/{STRANGE_SLUG}/?phone={STRANGER.number}", user_agent=AGENT)
    await visitor.get(f"/api/v3/core/users/?search={OWNER.username}", authorization=f"Bearer {API_TOKEN}x")
    await visitor.get(f"/{STRANGER.number}/", cookie="authentik_session=a-session-of-somebody")


async def forbidden(house: House) -> set[str]:
    """What was typed, sent, kept or shown while all that happened."""
    codes = {message.code for person in (OWNER, OTHER) for message in house.services.sender.inbox(person.number)}
    assert len(codes) == 2
    people = {part for person in (OWNER, OTHER, STRANGER) for part in (person.username, person.password, person.number)}
    numbers = {person.number[1:] for person in (OWNER, OTHER, STRANGER)} | {OWNER.national, "15123456713", "1512345"}
    keys = {TOKEN, API_TOKEN, house.services.settings.secret_key}
    rows = [row for table in ("session", "code") for row in await house.rows(f"SELECT * FROM {table}")]  # noqa: S608 - two words
    hashes = {str(row[name]) for row in rows for name in ("token_hash", "code_hash", "number_key") if name in row}
    addresses = {f"203.0.113.{last}" for last in (7, 8, 9)} | {AGENT, "a-session-of-somebody"}
    assert len(hashes) > 3
    return codes | people | numbers | keys | hashes | addresses | {STRANGE_SLUG, DIRECT, SIGN_IN}


async def scraped(house: House, accept: str = "") -> str:
    headers = [("authorization", f"Bearer {TOKEN}"), ("accept", accept)]
    answer = await Visitor(house.app).request("GET", "/-/metrics/", headers=headers)
    assert answer.status == 200
    return answer.text


def found_in(text: str, secrets: set[str]) -> set[str]:
    """As a word of its own where it is a short one: a counter may reach any number by itself."""
    return {secret for secret in secrets if re.search(rf"(?<![\w.]){re.escape(secret)}(?![\w.])", text)}


async def test_metrics_hold_nothing_of_anybody(lived_in: House) -> None:
    secrets = await forbidden(lived_in)
    for accept in ("", "application/openmetrics-text; version=1.0.0"):
        text = await scraped(lived_in, accept)
        assert 'watchword_codes_total{country="DE",purpose="sms-enrolment",state="confirmed"} 1.0' in text
        assert 'watchword_sends_total{country="GB",gateway="demo",outcome="sent"} 1.0' in text
        assert found_in(text, secrets) == set()


async def test_every_label_is_a_word_of_the_code_a_country_or_a_version(lived_in: House) -> None:
    values = set(re.findall(r'="([^"]*)"', await scraped(lived_in)))
    assert len(values) > 30
    strange = {value for value in values if not re.fullmatch(r"[A-Z]{2}|[a-zA-Z_.<>\-]{1,60}|\+Inf|[0-9.e\-]+", value)}
    assert strange == set()
    assert max(len(re.sub(r"[^0-9]", "", value)) for value in values) < 7, "nothing as long as a number"


async def test_spans_hold_nothing_of_anybody(lived_in: House, traces: KeptTraces) -> None:
    secrets = await forbidden(lived_in)
    assert {"step", "send", "database"} <= {span.name for span in traces.spans}
    for span in traces.spans:
        said = f"{span.name} {dict(span.attributes or {})} {span.events} {span.links} {span.status.description}"
        assert found_in(said, secrets) == set(), said
        assert set(span.attributes or {}) <= set(ATTRIBUTES.values())


async def test_the_log_says_nothing_of_a_scrape_that_went_well_and_one_line_of_one_that_did_not(
    lived_in: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[tuple[str, int]] = []
    monkeypatch.setattr(
        "watchword.web.headers.log.info", lambda _, path, status, **__: lines.append((path, status)), raising=False
    )
    await scraped(lived_in)
    assert lines == []
    await Visitor(lived_in.app).get("/-/metrics/", authorization=f"Bearer {TOKEN}x")
    assert lines == [("/-/metrics", 403)]


async def test_as_many_series_whoever_and_however_many_come(lived_in: House) -> None:
    """The same things done by other people from elsewhere make no new series."""

    def series(text: str) -> set[str]:
        return {line.rpartition(" ")[0] for line in text.splitlines() if line.startswith("watchword_")}

    before = series(await scraped(lived_in))
    for last in range(20, 25):
        visitor = lived_in.visitor(address=f"203.0.113.{last}")
        await visitor.see(SIGN_IN)
        await visitor.answer(SIGN_IN, uid_field=f"somebody {last}")
        await visitor.get(f"/if/flow/another-slug-{last}/")
    assert {line for line in series(await scraped(lived_in)) - before if "_unit_" not in line} == set()
