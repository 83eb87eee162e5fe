"""Entries that are groups."""

import pytest

from tests.unit.blueprints.bench import HEAD, Bench
from watchword.blueprints.report import Line
from watchword.storage.groups import Group, find_group, members_of

MODEL = "authentik_core.group"
PK = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
USERS = "".join(f"  - {{id: {name}, model: authentik_core.user, identifiers: {{username: {name}}}}}\n" for name in "uv")


def group(attrs: str = "", identifiers: str = "name: staff", state: str = "present", id: str = "g") -> str:
    head = f"  - {{id: {id}, model: {MODEL}, state: {state}"
    return f"{head}, identifiers: {{{identifiers}}}, attrs: {{{attrs}}}}}\n"


async def staff(bench: Bench, name: str = "staff") -> Group:
    found = await bench.database.read(find_group, name=name)
    assert found is not None
    return found


async def members(bench: Bench) -> list[str]:
    return [user.username for user in await bench.database.read(members_of, (await staff(bench)).pk)]


async def test_a_group_is_made_with_all_its_fields(bench: Bench) -> None:
    text = HEAD + group("is_superuser: true, attributes: {a: 1}", f"name: staff, pk: {PK}")
    assert await bench.apply(text) == [Line("created", MODEL, "staff")]
    found = await staff(bench)
    assert (found.pk, found.is_superuser, found.attributes, found.parent_pk) == (PK, True, {"a": 1}, None)
    assert await bench.actions(text) == ["unchanged"]


async def test_only_what_is_given_changes(bench: Bench) -> None:
    await bench.apply(HEAD + group("is_superuser: true, attributes: {a: 1}"))
    assert await bench.actions(HEAD + group("attributes: {a: 2}")) == ["updated"]
    found = await staff(bench)
    assert (found.is_superuser, found.attributes) == (True, {"a": 2})
    assert await bench.actions(HEAD + group("is_superuser: null")) == ["updated"]
    assert not (await staff(bench)).is_superuser


async def test_the_states(bench: Bench) -> None:
    assert await bench.actions(HEAD + group(state="must_created")) == ["created"]
    assert len(await bench.problems(HEAD + group(state="must_created"))) == 1
    assert await bench.actions(HEAD + group("is_superuser: true", state="created")) == ["unchanged"]
    assert not (await staff(bench)).is_superuser
    assert await bench.actions(HEAD + group(state="absent")) == ["removed"]
    assert await bench.actions(HEAD + group(state="absent")) == ["unchanged"]


async def test_a_group_found_by_its_pk_may_be_renamed(bench: Bench) -> None:
    await bench.apply(HEAD + group(identifiers=f"name: staff, pk: {PK}"))
    assert await bench.actions(HEAD + group(identifiers=f"name: crew, pk: {PK}")) == ["updated"]
    assert (await staff(bench, "crew")).pk == PK
    assert await bench.actions(HEAD + group("is_superuser: true", f"pk: {PK}")) == ["updated"]


@pytest.mark.parametrize("parents", ["parent: !KeyOf above", "parents: [!KeyOf above]"])
async def test_a_group_may_have_a_parent(bench: Bench, parents: str) -> None:
    text = HEAD + group(identifiers="name: above", id="above") + group(parents)
    assert await bench.actions(text) == ["created", "created"]
    assert (await staff(bench)).parent_pk == (await staff(bench, "above")).pk
    assert await bench.actions(text) == ["unchanged", "unchanged"]
    nowhere = parents.split(":")[0] + (": null" if parents.startswith("parent:") else ": []")
    assert await bench.actions(HEAD + group(nowhere)) == ["updated"]
    assert (await staff(bench)).parent_pk is None


async def test_the_users_given_are_all_members(bench: Bench) -> None:
    assert await bench.actions(HEAD + USERS + group("users: [!KeyOf u, !KeyOf v]")) == ["created"] * 3
    assert await members(bench) == ["u", "v"]
    assert (await bench.actions(HEAD + USERS + group("users: [!KeyOf v]")))[2] == "updated"
    assert await members(bench) == ["v"]
    assert (await bench.actions(HEAD + USERS + group("users: [!KeyOf v]")))[2] == "unchanged"
    assert (await bench.actions(HEAD + USERS + group("attributes: {}")))[2] == "unchanged"
    assert await members(bench) == ["v"]
    assert await bench.actions(HEAD + group("users: []")) == ["updated"]


@pytest.mark.parametrize(
    ("attrs", "problem"),
    [
        ("users: [99]", "users: There is no such user."),
        ("users: [u]", "users: Expected `int`, got `str` - at `$[0]`."),
        (f"parent: {PK}", "parent: There is no such group."),
        (f"parents: [{PK}]", "parents: There is no such group."),
        (f"parents: [{PK}, {PK}]", "parents: Expected `array` of length <= 1."),
        ("attributes: text", "attributes: Expected `object`, got `str`."),
        ("is_superuser: sometimes", "is_superuser: Expected `bool`, got `str`."),
    ],
)
async def test_what_is_no_group_is_refused(bench: Bench, attrs: str, problem: str) -> None:
    assert await bench.problems(HEAD + group(attrs)) == [f"test.yaml:3: authentik_core.group: {problem}"]


@pytest.mark.parametrize(
    ("identifiers", "problem"),
    [
        ("pk: 5", "pk: This must be a uuid, as 6ba7b810-9dad-11d1-80b4-00c04fd430c8."),
        (f"pk: {PK}", "name: This field is required."),
        ("name: ''", "name: Expected `str` of length >= 1."),
        ("name: null", "name: This is empty, and needs a value."),
        ("is_superuser: true", "is_superuser: It is not found by this, but by pk, name."),
    ],
)
async def test_identifiers_that_identify_no_group_are_refused(bench: Bench, identifiers: str, problem: str) -> None:
    assert await bench.problems(HEAD + group(identifiers=identifiers)) == [
        f"test.yaml:3: authentik_core.group: {problem}"
    ]


async def test_a_name_that_another_group_has_is_refused(bench: Bench) -> None:
    await bench.apply(HEAD + group() + group(identifiers="name: other", id="o"))
    other = (await staff(bench, "other")).pk
    assert await bench.problems(HEAD + group(identifiers=f"name: staff, pk: {other}")) == [
        "test.yaml:3: authentik_core.group: This name is already taken."
    ]


async def test_a_group_is_found_by_its_name_where_what_is_asked_beside_fits(bench: Bench) -> None:
    """As published files write it: the parent among the identifiers."""
    text = HEAD + "  - {model: authentik_core.group, id: up, identifiers: {name: up}}\n"
    below = "  - {model: authentik_core.group, identifiers: {name: below, parent: !KeyOf up, is_superuser: BOTH}}\n"
    text += below.replace("BOTH", "false")
    assert await bench.actions(text) == ["created", "created"]
    assert await bench.actions(text) == ["unchanged", "unchanged"]
    (problem,) = await bench.problems(text.replace("is_superuser: false", "is_superuser: true"))
    assert problem.startswith("test.yaml:4: authentik_core.group: ")
