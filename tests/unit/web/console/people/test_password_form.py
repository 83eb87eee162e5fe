"""Somebody's password is set by an administrator, which ends that one's sessions."""

import pytest

from tests.people import OTHER, OWNER, Person
from tests.unit.web.client import SIGN_IN, Visitor
from tests.unit.web.console.people.people import USERS, events, said, user_page
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import House
from tests.unit.web.test_devices import LATER, leads_to_proof

PASSWORD = "quite another password"


async def address(house: House, person: Person = OWNER) -> str:
    return f"{await user_page(house, person)}password/"


async def lets_in(house: House, person: Person, password: str) -> bool:
    visitor = house.visitor()
    await visitor.see(SIGN_IN)
    await visitor.answer(SIGN_IN, uid_field=person.username)
    after = await visitor.answer(SIGN_IN, password=password)
    return bool(after["component"] == "xak-flow-redirect")


async def test_it_is_set_and_the_sessions_end(house: House, admin: Visitor, owner: Visitor) -> None:
    assert "every session ends" in said(await admin.get(await address(house)))
    done = await fill(admin, await address(house), password=PASSWORD, again=PASSWORD)
    assert (done.status, done.header("location")) == (303, await user_page(house))
    assert "The password of olivia was set." in said(await admin.get(await user_page(house)))
    assert (await owner.get("/if/user/")).status == 303
    assert (await lets_in(house, OWNER, PASSWORD), await lets_in(house, OWNER, OWNER.password)) == (True, False)
    [event] = await events(house, "password_set")
    assert (event["username"], event["context"]) == (OWNER.username, {"by": OTHER.username})


async def test_ones_own_spares_the_session_that_one_is_in(house: House, admin: Visitor) -> None:
    elsewhere = await house.signed_in(OTHER)
    target = await address(house, OTHER)
    assert "every session but this one ends" in said(await admin.get(target))
    assert (await fill(admin, target, password=PASSWORD, again=PASSWORD)).status == 303
    assert (await elsewhere.get("/if/user/")).status == 303
    assert (await admin.get(USERS)).status == 200


@pytest.mark.parametrize(
    ("password", "again", "wrong"),
    [
        ("", "", "may not be blank"),
        ("seven 7", "seven 7", "at least 8 characters"),
        (PASSWORD, "", "These two are not the same."),
        (PASSWORD, f"{PASSWORD} ", "These two are not the same."),
        ("long enough\x00", "long enough\x00", "Null characters"),
        ("x" * 1001, "x" * 1001, "no more than 1000 characters"),
    ],
)
async def test_what_cannot_be_one_is_said_and_never_shown_again(
    house: House, admin: Visitor, password: str, again: str, wrong: str
) -> None:
    refused = await fill(admin, await address(house), password=password, again=again)
    assert refused.status == 400
    assert wrong in said(refused)
    assert set(filled(refused)["password"] + filled(refused)["again"]) == {""}
    assert await lets_in(house, OWNER, OWNER.password)
    assert await events(house, "password_set") == []


@pytest.mark.parametrize("password", ["😀" * 8, " blanks around ", "{{ 7*7 }}<script>", "9" * 300])
async def test_it_may_have_whatever_can_be_typed(house: House, admin: Visitor, password: str) -> None:
    assert (await fill(admin, await address(house), password=password, again=password)).status == 303
    assert await lets_in(house, OWNER, password)


async def test_it_takes_a_fresh_proof_its_token_and_an_administrator(
    house: House, admin: Visitor, owner: Visitor, stranger: Visitor
) -> None:
    target, typed = await address(house), {"password": PASSWORD, "again": PASSWORD}
    assert (await owner.get(target)).status == 403
    assert (await owner.submit(target, **typed)).status == 403
    assert (await stranger.submit(target, **typed)).status == 303
    form = filled(await admin.get(target)) | {name: [value] for name, value in typed.items()}
    assert (await send(admin, target, form | {"_csrf": ["wrong"]})).status == 403
    house.clock.pass_by(seconds=LATER)
    assert leads_to_proof(await admin.get(target), target)
    assert leads_to_proof(await send(admin, target, form), target)
    assert await lets_in(house, OWNER, OWNER.password)
    assert await events(house, "password_set") == []
