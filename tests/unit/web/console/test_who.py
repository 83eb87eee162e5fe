"""Users in forms: by their names, which are looked up, and suggested where there are few."""

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Visitor
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import NOW, House
from tests.unit.web.pages.html_tree import parse
from tests.unit.web.test_devices import user
from watchword.model.flow import Flow
from watchword.model.policy import PolicyBinding
from watchword.storage.users import create_user, delete_user
from watchword.web.pages.console.who import NO_SUCH_USER, SUGGESTED

NEW = "/if/admin/rules/new/policybinding/"


@pytest.fixture
async def flow(house: House) -> str:
    return str((await make(ApiCaller(await with_tokens(house), ADMIN), Flow, "flow"))["pk"])


def bound(house: House, flow: str) -> PolicyBinding:
    [found] = house.services.configuration.snapshot.policy_bindings(flow)
    return found


async def test_a_user_is_typed_and_shown_by_name(house: House, admin: Visitor, flow: str) -> None:
    done = await fill(admin, f"{NEW}?target={flow}&order=0", user=f" {OWNER.username} ")
    assert done.status == 303
    assert bound(house, flow).user == (await user(house, OWNER)).id
    edit = f"/if/admin/rules/{bound(house, flow).pk}/edit/"
    assert filled(await admin.get(edit))["user"] == [OWNER.username]
    assert (await fill(admin, edit, user=OTHER.username)).status == 303
    assert bound(house, flow).user == (await user(house, OTHER)).id


@pytest.mark.parametrize("name", [STRANGER.username, "1", OWNER.username.upper(), "\x00", "😀", "9" * 300])
async def test_a_name_that_nobody_has_is_said_at_the_field_and_stays(
    house: House, admin: Visitor, flow: str, name: str
) -> None:
    refused = await fill(admin, f"{NEW}?target={flow}&order=0", user=name)
    assert refused.status == 400
    assert parse(refused.text).by_id("f-user-error").text == NO_SUCH_USER
    assert filled(refused)["user"] == [name]
    assert not house.services.configuration.snapshot.policy_bindings(flow)


async def test_a_name_of_digits_is_a_name(house: House, admin: Visitor, flow: str) -> None:
    named = await house.services.database.run(create_user, username="1", now=NOW)
    assert (await fill(admin, f"{NEW}?target={flow}&order=0", user="1")).status == 303
    assert bound(house, flow).user == named.id


async def test_an_empty_field_is_nobody(house: House, admin: Visitor, flow: str) -> None:
    refused = await fill(admin, f"{NEW}?target={flow}&order=0", user="")
    assert "One of &#39;group&#39;, &#39;policy&#39;, &#39;user&#39; must be set." in refused.text


async def test_somebody_who_is_gone_leaves_an_empty_field(house: House, admin: Visitor, flow: str) -> None:
    await fill(admin, f"{NEW}?target={flow}&order=0", user=OWNER.username)
    await house.services.database.run(delete_user, (await user(house, OWNER)).id)
    assert filled(await admin.get(f"/if/admin/rules/{bound(house, flow).pk}/edit/"))["user"] == [""]
    page = await admin.get(f"/if/admin/flows/{flow}/")
    assert "one user" in parse(page.text).by_id("begin").text


async def test_names_are_suggested_where_there_are_few_and_never_thousands(
    house: House, admin: Visitor, flow: str
) -> None:
    def suggestions(text: str) -> set[str]:
        return {option.attrs["value"] for one in parse(text).all("datalist") for option in one.all("option")}

    assert {OWNER.username, OTHER.username} <= suggestions((await admin.get(NEW)).text)
    for number in range(SUGGESTED):
        await house.services.database.run(create_user, username=f"user-{number}", now=NOW)
    page = await admin.get(NEW)
    assert suggestions(page.text) == set()
    assert "list" not in parse(page.text).by_id("f-user").attrs
    done = await send(admin, NEW, filled(page) | {"target": [flow], "order": ["0"], "user": ["user-7"]})
    assert done.status == 303


async def test_whoever_is_no_superuser_cannot_find_out_names(owner: Visitor, flow: str) -> None:
    for name in (OTHER.username, STRANGER.username):
        answer = await send(owner, NEW, {"target": [flow], "order": ["0"], "user": [name]})
        assert answer.status == 403
        assert name not in answer.text
