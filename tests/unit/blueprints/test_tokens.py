"""Entries that are API tokens."""

import hashlib
from datetime import UTC, datetime

import pytest

from tests.unit.blueprints.bench import HEAD, NOW, Bench
from watchword.blueprints.report import Line
from watchword.storage.tokens import Token, find_token, get_token

MODEL = "authentik_core.token"
USERS = "".join(f"  - {{id: {name}, model: authentik_core.user, identifiers: {{username: {name}}}}}\n" for name in "uv")
KEY = "a key of some length"
NEW = f"user: !KeyOf u, key: {KEY}"


def token(attrs: str = NEW, identifiers: str = "identifier: robot", state: str = "present") -> str:
    return f"  - {{model: {MODEL}, state: {state}, identifiers: {{{identifiers}}}, attrs: {{{attrs}}}}}\n"


async def robot(bench: Bench) -> Token:
    found = await bench.database.read(get_token, "robot")
    assert found is not None
    return found


async def action(bench: Bench, entry: str) -> str:
    return (await bench.actions(HEAD + USERS + entry))[-1]


async def test_a_token_is_made_and_its_key_works(bench: Bench) -> None:
    assert (await bench.apply(HEAD + USERS + token()))[-1] == Line("created", MODEL, "robot")
    found = await robot(bench)
    assert (found.intent, found.description, found.expires, found.expiring) == ("api", "", None, False)
    assert await bench.database.read(find_token, hashlib.sha256(KEY.encode()).hexdigest(), NOW) == found
    assert await action(bench, token()) == "unchanged"


async def test_of_the_key_only_a_hash_is_stored(bench: Bench) -> None:
    await bench.apply(HEAD + USERS + token())
    assert KEY not in repr(await bench.rows())


async def test_all_fields_are_kept_and_changed_one_by_one(bench: Bench) -> None:
    whole = token(NEW + ", intent: app_password, description: For CI, expires: 2027-01-01T00:00:00Z")
    await bench.apply(HEAD + USERS + whole)
    assert await action(bench, whole) == "unchanged"
    assert await action(bench, token("description: For more")) == "updated"
    found = await robot(bench)
    assert (found.intent, found.description, found.expiring) == ("app_password", "For more", True)
    assert found.expires == datetime(2027, 1, 1, tzinfo=UTC)
    assert await action(bench, token("expires: null")) == "updated"
    assert ((await robot(bench)).expires, (await robot(bench)).expiring) == (None, False)


async def test_another_key_replaces_the_old_one(bench: Bench) -> None:
    await bench.apply(HEAD + USERS + token())
    assert await action(bench, token("key: another key of some length")) == "updated"
    assert await bench.database.read(find_token, hashlib.sha256(KEY.encode()).hexdigest(), NOW) is None


async def test_the_states(bench: Bench) -> None:
    assert await action(bench, token(state="must_created")) == "created"
    assert len(await bench.problems(HEAD + USERS + token(state="must_created"))) == 1
    assert await action(bench, token("key: another", state="created")) == "unchanged"
    assert await action(bench, token("", state="absent")) == "removed"
    assert await action(bench, token("", state="absent")) == "unchanged"


@pytest.mark.parametrize(
    ("attrs", "problems"),
    [
        ("", ["user: This field is required.", "key: This field is required."]),
        ("user: !KeyOf u, key: !Env GONE", ["key: This is empty."]),
        ("user: !KeyOf u, key: ''", ["key: This is empty."]),
        (f"user: 99, key: {KEY}", ["user: There is no such user."]),
        (f"user: u, key: {KEY}", ["user: Expected `int | null`, got `str`."]),
        (NEW + ", intent: verification", ["intent: Choose from api, app_password."]),
        (NEW + ", expires: tomorrow", ["expires: Invalid RFC3339 encoded datetime."]),
        (NEW + ", expires: 2027-01-01T00:00:00", ["expires: Expected `datetime` with a timezone component."]),
        (NEW + ", expiring: perhaps", ["expiring: Expected `bool | null`, got `str`."]),
    ],
)
async def test_what_is_no_token_is_refused(bench: Bench, attrs: str, problems: list[str]) -> None:
    told = await bench.problems(HEAD + USERS + token(attrs))
    assert told == [f"test.yaml:5: authentik_core.token: {problem}" for problem in problems]


@pytest.mark.parametrize(
    ("identifiers", "problem"),
    [
        ("pk: 5", "pk: It is not found by this, but by identifier."),
        ("identifier: a b", r"identifier: Expected `str` matching regex '\\A[\\w-]+\\Z'."),
        ("identifier: null", "identifier: This is empty, and needs a value."),
    ],
)
async def test_identifiers_that_identify_no_token_are_refused(bench: Bench, identifiers: str, problem: str) -> None:
    told = await bench.problems(HEAD + USERS + token(identifiers=identifiers))
    assert told == [f"test.yaml:5: authentik_core.token: {problem}"]


async def test_a_token_is_never_handed_to_another_user(bench: Bench) -> None:
    await bench.apply(HEAD + USERS + token())
    assert await bench.problems(HEAD + USERS + token(NEW.replace("KeyOf u", "KeyOf v"))) == [
        "test.yaml:5: authentik_core.token: user: A token stays with its user."
    ]


async def test_a_key_that_another_token_has_is_refused_without_repeating_it(bench: Bench) -> None:
    await bench.apply(HEAD + USERS + token())
    assert await bench.problems(HEAD + USERS + token(identifiers="identifier: other")) == [
        "test.yaml:5: authentik_core.token: This name is already taken."
    ]


async def test_a_token_is_found_by_its_identifier_where_what_is_asked_beside_fits(bench: Bench) -> None:
    """As published files write it: user, intent and expiring among the identifiers."""
    text = (
        HEAD
        + "  - {model: authentik_core.user, id: u, identifiers: {username: robot}, attrs: {type: service_account}}\n"
    )
    beside = "intent: api, expiring: false, user: !KeyOf u"
    text += f"  - {{model: authentik_core.token, identifiers: {{identifier: ci, {beside}}}, attrs: {{key: the-key}}}}\n"
    assert await bench.actions(text) == ["created", "created"]
    assert await bench.actions(text) == ["unchanged", "unchanged"]
    assert len(await bench.problems(text.replace("intent: api", "intent: app_password"))) == 1
    alone = HEAD + "  - {model: authentik_core.token, identifiers: {intent: api}}\n"
    assert await bench.problems(alone) == [
        "test.yaml:3: authentik_core.token: intent: It is not found by this, but by identifier."
    ]
