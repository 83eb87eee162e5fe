"""Security: after all that people can do, neither log, event, metric, trace, answer nor database holds a secret.

The codes have ten digits and the secrets say what they are, so that what is found is no accident.
"""

import base64
import io
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyotp
import pytest
from sqlalchemy import Connection, select

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.traces.spans import KeptTraces
from tests.unit.web.client import JSON, SIGN_IN, Answer, Visitor
from tests.unit.web.console.people.people import TOKENS, USERS, user_page
from tests.unit.web.console.people.test_tokens import key_on
from tests.unit.web.forms import fill
from tests.unit.web.house import House, apply_flows, open_house
from watchword import logs
from watchword.administration.first_administrator import hashed_link, offer_link
from watchword.bootstrap import bootstrap
from watchword.storage.tables import metadata

FLOWS = Path(__file__).with_name("secrets.yaml")
METRICS, API, FIRST = "the-token-of-the-metrics", "the-token-of-the-first-administrator", "the password of the first"
GATEWAY = ("the-secret-of-the-gateway", "the-password-of-the-gateway")
LINK = "a-start-link-that-nobody-else-may-have-read"
CHOSEN, MISSPELT, FORGOTTEN = (
    "the password that was chosen",
    "the passwort that was misspelt",
    "the one after forgetting",
)
TYPED = ("f00df00d" * 4, "a password typed by another", "the password of a new person", "another password misspelt")
WRONG, REJECTED = "7391846205", "a password that was wrong"


@dataclass
class Run:
    """Everything that was said, and everything that must stand nowhere."""

    house: House
    log: io.StringIO
    traces: KeptTraces
    refused: list[Answer] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    """In every spelling; in clear they stand in `sms_device.phone_number` alone."""
    recovery_codes: list[str] = field(default_factory=list)

    def keep(self, *secrets: str) -> None:
        assert all(len(secret) >= 8 for secret in secrets)
        self.secrets.update(secrets)


@pytest.fixture(params=["json", "pairs"])
def log(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, quiet: None) -> Iterator[io.StringIO]:
    """All that is logged, at the level that tells most, by either renderer."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.configure("debug", json=request.param == "json")
    yield written
    monkeypatch.undo()
    logs.configure("warning", json=False)


@pytest.fixture
async def lived_in(prepared: Any, tmp_path: Path, log: io.StringIO) -> AsyncIterator[Run]:
    traces, data_dir = KeptTraces(), tmp_path / "data"
    async with open_house(
        prepared, data_dir, traces=traces, metrics_token=METRICS, bootstrap_token=API, bootstrap_password=FIRST
    ) as house:
        run = Run(house, log, traces)
        run.keep(METRICS, API, FIRST, *GATEWAY, WRONG, REJECTED, house.services.settings.secret_key)
        run.keep(OWNER.password, OTHER.password)
        administrator = await _start(run)
        await _furnish(house)
        await _fill_in_forms(run, administrator)
        visitor = await house.signed_in(OWNER)
        await _enrol(run, visitor)
        await _fail(run, visitor)
        await _sign_in(run)
        await _administer(run)
        await _sign_in_with_a_second_factor(run)
        await _recover(run)
        run.keep(*visitor.cookies.values())
        yield run


async def _furnish(house: House) -> None:
    services = house.services
    await bootstrap(services.settings, services.database, demo=True, clock=house.clock)
    await apply_flows(services.database, services.keyring, FLOWS.read_text(), house.clock)
    await services.configuration.refresh()


async def _start(run: Run) -> Visitor:
    """By the start link, at the second try: whoever is signed in then administers."""
    run.keep(LINK, CHOSEN, MISSPELT)
    services = run.house.services
    await services.database.run(offer_link, hashed_link(services.keyring, LINK), services.clock())
    visitor, path = run.house.visitor(), f"/if/start/{LINK}/"
    for again in (MISSPELT, CHOSEN):
        run.keep(*visitor.cookies.values())
        done = await fill(visitor, path, username="starter", password=CHOSEN, again=again)
    assert done.header("location") == "/if/admin/start/"
    run.refused.append(await run.house.visitor().get(path))
    return visitor


async def _enrol(run: Run, visitor: Visitor) -> None:
    run.numbers.update({OWNER.number, OWNER.number[1:], OWNER.national, "15123456713", "151 23456713"})
    run.keep(STRANGER.number, STRANGER.number[1:], STRANGER.national)  # of a verify-only stage: nowhere at all
    for slug, person in (("scan-sms", OWNER), ("scan-verify", STRANGER)):
        await visitor.see(slug)
        await visitor.answer(slug, phone_number=person.national, region=person.region)
        run.keep(run.house.code_for(person))
        run.house.clock.pass_by(seconds=60)
        await visitor.answer(slug, resend=True)
        run.keep(run.house.code_for(person))
        await visitor.answer(slug, code=WRONG)
        end = await visitor.answer(slug, code=run.house.code_for(person))
        assert end["component"] == "xak-flow-redirect", end
    codes = run.recovery_codes = (await visitor.see("scan-static"))["codes"]
    run.keep(*codes, *(code.replace(" ", "").replace("-", "") for code in codes))
    await visitor.answer("scan-static")
    secret = (await visitor.see("scan-totp"))["secret"]
    run.keep(secret, base64.b32decode(secret).hex())
    await visitor.answer("scan-totp", code=pyotp.TOTP(secret).at(int(run.house.clock().timestamp())))


async def _fail(run: Run, visitor: Visitor) -> None:
    """Gateways, mappings and policies that fail, and say more than they should."""
    for slug in ("scan-failing", "scan-mapped"):
        await visitor.see(slug)
        shown = await visitor.answer(slug, phone_number=STRANGER.number)
        assert next(iter(shown["response_errors"].values()))[0]["code"] == "send_failed"
    await visitor.see("scan-ask")
    await visitor.answer("scan-ask", phone=STRANGER.number)
    for path in (f"/{STRANGER.number}/", f"/if/flow/none/?phone={quote(STRANGER.number)}&token={WRONG}"):
        run.refused.append(await visitor.get(path))
    run.refused.append(await visitor.post("scan-sms", b'{"code": "' + WRONG.encode()))


async def _sign_in(run: Run) -> None:
    visitor = run.house.visitor()
    await visitor.see(SIGN_IN)
    await visitor.answer(SIGN_IN, uid_field=OTHER.username)
    await visitor.answer(SIGN_IN, password=REJECTED)
    await visitor.answer(SIGN_IN, password=OTHER.password)
    run.keep(*visitor.cookies.values())


async def _sign_in_with_a_second_factor(run: Run) -> None:
    """With a message, a wrong code before it; and with a recovery code."""
    for used in ("sms", "static"):
        visitor, slug = run.house.visitor(), "sign-in-with-second-factor"
        run.house.clock.pass_by(minutes=10)
        await visitor.see(slug)
        await visitor.answer(slug, uid_field=OWNER.username)
        shown = await visitor.answer(slug, password=OWNER.password)
        await _give(run, visitor, slug, shown, used, 10)
        run.keep(*visitor.cookies.values())


async def _give(run: Run, visitor: Visitor, slug: str, shown: Any, used: str, digits: int) -> Any:
    """The factor that is asked for: chosen, given wrong, given right."""
    [chosen] = [one for one in shown["device_challenges"] if one["device_class"] == used][:1]
    await visitor.answer(slug, selected_challenge=chosen)
    await visitor.answer(slug, code=WRONG[:digits])
    code = run.house.code_for(OWNER) if used == "sms" else run.recovery_codes.pop()
    run.keep(code)
    shown = await visitor.answer(slug, code=code)
    assert not shown.get("response_errors"), shown
    return shown


async def _recover(run: Run) -> None:
    """A forgotten password: a message, another factor, and a new one that is misspelt first."""
    run.keep(FORGOTTEN, MISSPELT)
    run.house.clock.pass_by(minutes=10)
    visitor, slug = run.house.visitor(), "default-recovery-flow"
    await visitor.see(slug)
    shown = await visitor.answer(slug, uid_field=OWNER.username)
    await run.house.services.background.drain()
    run.keep(run.house.code_for(OWNER))
    await visitor.answer(slug, code=WRONG)
    shown = await visitor.answer(slug, code=run.house.code_for(OWNER))
    await _give(run, visitor, slug, shown, "static", 10)
    await visitor.answer(slug, password=FORGOTTEN, password_repeat=MISSPELT)
    end = await visitor.answer(slug, password=FORGOTTEN, password_repeat=FORGOTTEN)
    assert end["component"] == "xak-flow-redirect", end
    run.keep(*visitor.cookies.values())


async def _fill_in_forms(run: Run, administrator: Visitor) -> None:
    """The console's: a gateway's secrets, tokens, people and their passwords; each wrong first, then right."""
    run.keep(*TYPED, *administrator.cookies.values())
    secret, password, given, misspelt = TYPED
    gateway = {"provider": "twilio", "from_number": "+12024561111", "account_sid": f"AC{'0' * 32}", "auth": secret}
    forms = (
        ("/if/admin/stages/new/authenticatorsmsstage/", {"name": ""}, {"name": "typed"}, gateway),
        (f"{USERS}new/", {"username": ""}, {"username": "typed"}, {"password": given}),
        (f"{TOKENS}new/", {"identifier": ""}, {"identifier": "typed"}, {"user": OWNER.username}),
        ("", {"again": misspelt}, {"again": password}, {"password": password}),
    )
    for page, wrong, right, values in forms:
        target = page or f"{await user_page(run.house, OWNER._replace(username='typed'))}password/"
        refused = await fill(administrator, target, **values, **wrong)
        assert (refused.status, found_in(refused.text, set(TYPED))) == (400, set()), target
        done = await fill(administrator, target, **values, **right)
        assert done.status == 303, (target, done.text)
        if page.startswith(TOKENS):
            run.keep(key_on(await administrator.get(done.header("location"))))
    run.keep(*administrator.cookies.values())


async def _administer(run: Run) -> None:
    """Over the API: with the right key, with a wrong one, and with fields that cannot be."""
    visitor = run.house.visitor()
    path = "/api/v3/stages/authenticator/sms/"
    listed = await visitor.get(path, authorization=f"Bearer {API}")
    assert listed.status == 200
    assert all(secret not in listed.text for secret in GATEWAY)
    run.refused.append(await visitor.get(path, authorization=f"Bearer {WRONG}"))
    run.refused.append(await visitor.get("/-/metrics/", authorization=f"Bearer {WRONG}"))
    body = f'{{"name": "x", "provider": "nobody", "auth": "{GATEWAY[0]}", "from_number": 1}}'.encode()
    headers = [*JSON.items(), ("authorization", f"Bearer {API}")]
    run.refused.append(await visitor.request("POST", path, body, headers))
    assert all(answer.status >= 400 for answer in run.refused)


def forms(secret: str) -> set[str]:
    """As it might stand somewhere: plain, and in the usual encodings."""
    raw = secret.encode()
    encoded = {base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("=")}
    return {secret, raw.hex(), quote(secret, safe=""), *encoded}


def found_in(text: str, secrets: set[str]) -> set[str]:
    return {form for secret in secrets for form in forms(secret) if form in text}


async def dumped(house: House) -> dict[str, str]:
    """Every column of every table, as text; bytes as they are and in hex."""

    def read(conn: Connection) -> dict[str, str]:
        return {
            f"{table.name}.{column.name}": "\n".join(map(_shown, conn.execute(select(column)).scalars()))
            for table in metadata.sorted_tables
            for column in table.columns
        }

    return await house.services.database.read(read)


def _shown(value: object) -> str:
    return f"{value.decode('latin-1')} {value.hex()}" if isinstance(value, bytes) else str(value)


def bytes_of_files(house: House) -> str:
    """The database's files where it is SQLite, its log with them."""
    files = house.services.settings.data_dir.glob("*.db*")
    return "\n".join(file.read_bytes().decode("latin-1") for file in files)


async def test_no_line_of_the_log_holds_a_secret_or_a_number(lived_in: Run) -> None:
    text = lived_in.log.getvalue()
    assert text.count("request") > 20
    assert found_in(text, lived_in.secrets | lived_in.numbers) == set()


async def test_no_metric_and_no_span_holds_a_secret_or_a_number(lived_in: Run) -> None:
    answer = await lived_in.house.visitor().get("/-/metrics/", authorization=f"Bearer {METRICS}")
    assert "watchword_sends_total" in answer.text
    spans = "\n".join(f"{span.name} {dict(span.attributes or {})} {span.events}" for span in lived_in.traces.spans)
    assert "send" in spans
    assert found_in(answer.text + spans, lived_in.secrets | lived_in.numbers) == set()


async def test_no_answer_that_refuses_holds_what_was_sent(lived_in: Run) -> None:
    for answer in lived_in.refused:
        said = answer.text + "".join(value for _, value in answer.headers)
        assert found_in(said, lived_in.secrets | lived_in.numbers) == set(), said


async def test_no_column_of_the_database_holds_a_secret_and_one_holds_numbers(lived_in: Run) -> None:
    columns = await dumped(lived_in.house)
    assert OWNER.number in columns["sms_device.phone_number"]
    assert all(columns[f"{table}.id"] for table in ("event", "delivery", "code", "session"))
    for name, text in columns.items():
        numbers = set() if name == "sms_device.phone_number" else lived_in.numbers
        assert found_in(text, lived_in.secrets | numbers) == set(), name


async def test_no_byte_of_the_database_files_is_one_of_a_secret(lived_in: Run) -> None:
    """Deleted rows and the write-ahead log are in them, too."""
    if lived_in.house.services.database.dialect == "sqlite":
        text = bytes_of_files(lived_in.house)
        assert OWNER.number in text
        assert found_in(text, lived_in.secrets) == set()
