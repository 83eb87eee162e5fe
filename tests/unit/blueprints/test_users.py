"""Entries that are users."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.sessions import find_session
from tests.unit.blueprints.bench import HEAD, NOW, Bench
from watchword.blueprints.report import Line
from watchword.passwords import MAX_LENGTH, verify_password
from watchword.storage.events import list_events
from watchword.storage.groups import groups_of
from watchword.storage.sessions import create_session
from watchword.storage.users import User, create_user, find_user

MODEL = "authentik_core.user"


def user(attrs: str = "", identifiers: str = "username: mia", state: str = "present") -> str:
    return f"  - {{model: {MODEL}, state: {state}, identifiers: {{{identifiers}}}, attrs: {{{attrs}}}}}\n"


def group(name: str) -> str:
    return f"  - {{id: {name}, model: authentik_core.group, identifiers: {{name: {name}}}}}\n"


async def mia(bench: Bench) -> User:
    found = await bench.database.read(find_user, username="mia")
    assert found is not None
    return found


async def groups(bench: Bench) -> list[str]:
    return [group.name for group in await bench.database.read(groups_of, (await mia(bench)).id)]


ALL = (
    "name: Mia, email: mia@example.org, is_active: false, attributes: {upn: m, deep: [1, {a: null}]}, "
    "path: users/staff, type: external"
)


async def test_a_user_is_made_with_all_its_fields(bench: Bench) -> None:
    assert await bench.apply(HEAD + user(ALL)) == [Line("created", MODEL, "mia")]
    found = await mia(bench)
    assert (found.name, found.email, found.is_active) == ("Mia", "mia@example.org", False)
    assert found.attributes == {"upn": "m", "deep": [1, {"a": None}]}
    assert (found.path, found.type, found.password_hash, found.date_joined) == ("users/staff", "external", None, NOW)
    assert await bench.actions(HEAD + user(ALL)) == ["unchanged"]


async def test_only_what_is_given_changes(bench: Bench) -> None:
    await bench.apply(HEAD + user(ALL))
    assert await bench.actions(HEAD + user("name: Mia B.")) == ["updated"]
    assert await bench.actions(HEAD + user("attributes: null, is_active: null")) == ["updated"]
    found = await mia(bench)
    assert (found.name, found.email, found.attributes, found.is_active) == ("Mia B.", "mia@example.org", {}, True)


async def test_the_states(bench: Bench) -> None:
    assert await bench.actions(HEAD + user("name: one", state="must_created")) == ["created"]
    assert await bench.problems(HEAD + user(state="must_created")) == [
        "test.yaml:3: authentik_core.user: This exists already, and must not."
    ]
    assert await bench.actions(HEAD + user("name: two", state="created")) == ["unchanged"]
    assert (await mia(bench)).name == "one"
    assert await bench.apply(HEAD + user(state="absent")) == [Line("removed", MODEL, "mia")]
    assert await bench.actions(HEAD + user(state="absent")) == ["unchanged"]


async def test_a_password_is_hashed_and_works(bench: Bench) -> None:
    assert await bench.actions(HEAD + user("password: a long password")) == ["created"]
    found = await mia(bench)
    assert found.password_hash is not None
    assert found.password_hash.startswith("$argon2id$")
    assert verify_password(found.password_hash, "a long password")
    assert found.password_changed == NOW


async def test_the_same_password_again_changes_nothing(bench: Bench) -> None:
    text = HEAD + user("password: !Context [password, a long password]")
    await bench.apply(text)
    before = await bench.rows()
    assert await bench.actions(text) == ["unchanged"]
    assert await bench.rows() == before


async def test_the_same_password_is_known_by_the_users_number_too(bench: Bench) -> None:
    await bench.apply(HEAD + user("password: a long password"))
    before = await bench.rows()
    by_number = HEAD + user("password: a long password", f"pk: {(await mia(bench)).id}")
    assert await bench.actions(by_number) == ["unchanged"]
    assert await bench.rows() == before


async def make_session(bench: Bench) -> Callable[[], Coroutine[Any, Any, Any]]:
    found = await mia(bench)
    end = NOW.replace(year=2027)
    await bench.database.run(create_session, token_hash="t", now=NOW, expires=end, user_id=found.id)
    return lambda: bench.database.read(find_session, "t", NOW)


async def test_another_password_replaces_it_ends_all_sessions_and_leaves_an_event(bench: Bench) -> None:
    await bench.apply(HEAD + user("password: a long password"))
    session = await make_session(bench)
    bench.now = NOW.replace(hour=18)
    await bench.apply(HEAD + user("password: a long password, name: Mia"))
    assert await session() is not None
    assert await bench.actions(HEAD + user("password: another password")) == ["updated"]
    found = await mia(bench)
    assert verify_password(found.password_hash, "another password")
    assert found.password_changed == bench.now
    assert await session() is None
    (event,) = await bench.database.read(list_events)
    assert (event.action, event.username) == ("password_set", "mia")


async def test_a_session_does_not_come_back_with_the_user(bench: Bench) -> None:
    await bench.apply(HEAD + user())
    session = await make_session(bench)
    await bench.apply(HEAD + user("is_active: false") + user("is_active: true"))
    assert await session() is None


async def test_each_entry_of_a_line_has_its_own_password(bench: Bench) -> None:
    """A file of JSON may be one line."""
    one, other = (
        f'{{"model": "{MODEL}", "identifiers": {{"username": "{name}"}}, "attrs": {{"password": "{name} password"}}}}'
        for name in ("mia", "noa")
    )
    await bench.apply(f'{{"entries": [{one}, {other}]}}')
    for name in ("mia", "noa"):
        found = await bench.database.read(find_user, username=name)
        assert found is not None
        assert verify_password(found.password_hash, f"{name} password")


async def test_a_user_removed_and_made_again_has_the_password(bench: Bench) -> None:
    await bench.apply(HEAD + user("password: a long password"))
    again = HEAD + user(state="absent") + user("password: a long password")
    assert await bench.actions(again) == ["removed", "created"]
    assert verify_password((await mia(bench)).password_hash, "a long password")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("''", "This is empty."),
        ("null", "This is empty."),
        ("!Env GONE", "This is empty."),
        ("[a]", "Expected `str`, got `array`."),
        ("true", "Expected `str`, got `bool`. Put it in quotes."),
        ("1.5", "Expected `str`, got `float`. Put it in quotes."),
        ('"a\\0b"', "A text must not hold NUL, nor half a character."),
        ("x" * (MAX_LENGTH + 1), "Expected `str` of length <= 1000."),
        (
            "!If [!Find [authentik_core.user, [username, noa]], a password, a password]",
            "Name and password must not need !Find or !KeyOf.",
        ),
        ("!KeyOf gone", '!KeyOf "gone" names no earlier entry.'),
    ],
)
async def test_a_password_that_is_none_is_refused(bench: Bench, value: str, problem: str) -> None:
    """An unset variable must not leave an account without a password, or with an empty one."""
    assert await bench.problems(HEAD + user(f"password: {value}")) == [
        f"test.yaml:3: authentik_core.user: password: {problem}"
    ]


async def test_a_number_is_a_password_as_it_is_written(bench: Bench) -> None:
    await bench.apply(HEAD + user("password: 123456789"))
    assert verify_password((await mia(bench)).password_hash, "123456789")
    assert await bench.actions(HEAD + user("password: 123456789")) == ["unchanged"]


async def test_the_groups_given_are_all_groups(bench: Bench) -> None:
    made = HEAD + group("a") + group("b")
    assert await bench.actions(made + user("groups: [!KeyOf a, !KeyOf a]")) == ["created"] * 3
    assert await groups(bench) == ["a"]
    assert await bench.actions(made + user("groups: [!KeyOf b]")) == ["unchanged", "unchanged", "updated"]
    assert await groups(bench) == ["b"]
    assert await bench.actions(made + user("name: Mia")) == ["unchanged", "unchanged", "updated"]
    assert await groups(bench) == ["b"], "groups that are not given stay"
    assert await bench.actions(HEAD + user("groups: []")) == ["updated"]
    assert await groups(bench) == []
    assert await bench.actions(HEAD + user("groups: []")) == ["unchanged"]


async def test_a_group_above_is_no_membership_of_ones_own(bench: Bench) -> None:
    child = group("b").replace("}}\n", "}, attrs: {parent: !KeyOf a}}\n")
    await bench.apply(HEAD + group("a") + child + user("groups: [!KeyOf b]"))
    assert await groups(bench) == ["a", "b"]
    both = HEAD + group("a") + child + user("groups: [!KeyOf a, !KeyOf b]")
    assert (await bench.actions(both))[2] == "updated"
    assert (await bench.actions(both))[2] == "unchanged"


@pytest.mark.parametrize(
    ("attrs", "problem"),
    [
        ("groups: [6ba7b810-9dad-11d1-80b4-00c04fd430c8]", "groups: There is no such group."),
        ("groups: [!Find [authentik_core.group, [name, x]]]", "groups: Expected `str`, got `null` - at `$[0]`."),
        ("groups: people", "groups: Expected `array`, got `str`."),
        ("attributes: [a]", "attributes: Expected `object`, got `array`."),
        ("attributes: {a: .nan}", "attributes: This is no number."),
        ("attributes: {a: [99999999999999999999]}", "attributes: This number is too large. Put it in quotes."),
        ('attributes: {"a\\0": 1}', "attributes: A text must not hold NUL, nor half a character."),
        ("path: /users", r"path: Expected `str` matching regex '\\A[^/]+(/[^/]+)*\\Z'."),
        ("type: robot", "type: Choose from internal, external, service_account, internal_service_account."),
        ("is_active: maybe", "is_active: Expected `bool`, got `str`."),
    ],
)
async def test_what_is_no_user_is_refused(bench: Bench, attrs: str, problem: str) -> None:
    assert await bench.problems(HEAD + user(attrs)) == [f"test.yaml:3: authentik_core.user: {problem}"]


@pytest.mark.parametrize(
    ("identifiers", "attrs", "problem"),
    [
        ("email: a@b.c", "username: mia", "email: It is not found by this, but by pk, username."),
        ("pk: 7", "username: mia", "pk: There is no such user."),
        ("pk: true", "username: mia", "pk: This must be a number."),
        ("pk: seven", "username: mia", "pk: This must be a number."),
        ("pk: 99999999999999999999", "username: mia", "pk: This must be a number."),
        ("username: null", "name: a", "username: This is empty, and needs a value."),
        ("username: ''", "name: a", "username: Expected `str` of length >= 1."),
        (f"username: {'x' * 151}", "name: a", "username: Expected `str` of length <= 150."),
        ("username: MIA", "name: a", "Username is already taken."),
    ],
)
async def test_identifiers_that_identify_nobody_are_refused(
    bench: Bench, identifiers: str, attrs: str, problem: str
) -> None:
    await bench.database.run(create_user, username="Mia", now=NOW)
    assert await bench.problems(HEAD + user(attrs, identifiers)) == [f"test.yaml:3: authentik_core.user: {problem}"]


async def test_a_user_is_found_by_his_number_and_may_be_renamed(bench: Bench) -> None:
    await bench.apply(HEAD + user())
    number = (await mia(bench)).id
    assert await bench.actions(HEAD + user("", f"pk: {number}, username: noa")) == ["updated"]
    assert await bench.actions(HEAD + user("name: Noa", f"pk: {number}")) == ["updated"]
    found = await bench.database.read(find_user, username="noa")
    assert found is not None
    assert (found.id, found.name) == (number, "Noa")


async def test_a_users_number_in_the_file_is_no_number_anywhere_else(bench: Bench) -> None:
    await bench.apply(HEAD + user(identifiers="username: first"))
    text = HEAD + user("attributes: {order: 77}", "pk: 77, username: mia") + user("name: '77'")
    await bench.apply(text)
    assert ((await mia(bench)).attributes, (await mia(bench)).name) == ({"order": 77}, "77")
