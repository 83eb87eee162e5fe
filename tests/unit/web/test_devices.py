"""My devices over HTTP: one's own alone, and changed only by who has just proved who he is."""

import pyotp
import pytest

from tests.people import OTHER, OWNER, Person
from tests.unit.stages.authenticator_validate.people import SECRET
from tests.unit.web.client import Answer, Visitor, step_of
from tests.unit.web.house import House
from watchword import totp
from watchword.phone import mask, number_key
from watchword.storage.authenticators import Authenticator
from watchword.storage.devices import create_device
from watchword.storage.totp_devices import create_totp_device
from watchword.storage.users import User, find_user

LATER = 301


async def user(house: House, person: Person) -> User:
    found = await house.services.database.read(find_user, username=person.username)
    assert found
    return found


async def add_phone(house: House, person: Person = OWNER) -> Authenticator:
    keyring = house.services.keyring
    return await house.services.database.run(
        create_device,
        user_id=(await user(house, person)).id,
        stage_pk="a stage",
        phone_number=person.number,
        number_key=number_key(keyring, person.number),
        key_id=keyring.key_id,
        masked=mask(person.number),
        hashed=False,
        confirmed=True,
        max_devices=0,
        now=house.clock(),
    )


async def add_app(house: House, person: Person = OWNER) -> Authenticator:
    return await house.services.database.run(
        create_totp_device,
        user_id=(await user(house, person)).id,
        stage_pk="a stage",
        secret=totp.seal_secret(house.services.keyring, SECRET),
        digits=6,
        last_step=0,
        now=house.clock(),
    )


def url_of(device: Authenticator) -> str:
    return f"/if/user/devices/{device.device_class}/{device.id}/"


async def names(house: House) -> list[str]:
    rows = await house.rows("SELECT name FROM sms_device UNION ALL SELECT name FROM totp_device")
    return sorted(row["name"] for row in rows)


def leads_to_proof(answer: Answer, back: str) -> bool:
    return (answer.status, answer.header("location")) == (303, f"/flows/-/reauthenticate/?next={back}")


async def test_everybody_sees_his_own_devices(house: House, owner: Visitor, other: Visitor) -> None:
    phone, app = await add_phone(house), await add_app(house)
    hers, his = (await owner.get("/if/user/")).text, (await other.get("/if/user/")).text
    for device in (phone, app):
        assert url_of(device) in hers
        assert url_of(device) not in his
    assert "+49 ••• ••13" in hers
    assert OWNER.number not in hers


async def test_a_device_is_renamed_and_the_owner_told_so(house: House, owner: Visitor) -> None:
    device = await add_phone(house)
    await owner.get(url_of(device))
    saved = await owner.submit(f"{url_of(device)}rename", name="Mein Händy 😀")
    assert (saved.status, saved.header("location")) == (303, "/if/user/")
    home = (await owner.get("/if/user/")).text
    assert "The new name is saved." in home
    assert "Mein Händy 😀" in home


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\nb", "\x00"])
async def test_a_name_that_cannot_be_is_told_at_its_field(house: House, owner: Visitor, name: str) -> None:
    device = await add_phone(house)
    refused = await owner.submit(f"{url_of(device)}rename", name=name)
    assert refused.status in (200, 400)
    assert "A name has 1 to 64 characters." in refused.text or refused.status == 400
    assert await names(house) == ["SMS Device"]


async def test_a_removal_is_asked_about_first(house: House, owner: Visitor) -> None:
    phone = await add_phone(house)
    await add_app(house)
    asked = await owner.get(f"{url_of(phone)}remove")
    assert "This cannot be undone" in asked.text
    assert await names(house) == ["SMS Device", "TOTP Device"]
    removed = await owner.submit(f"{url_of(phone)}remove")
    assert removed.header("location") == "/if/user/"
    assert await names(house) == ["TOTP Device"]
    assert "SMS Device is removed." in (await owner.get("/if/user/")).text


async def test_the_last_one_goes_only_where_the_owner_says_that_he_knows(house: House, owner: Visitor) -> None:
    phone = await add_phone(house)
    refused = await owner.submit(f"{url_of(phone)}remove")
    assert "Tick the box to go on." in refused.text
    assert await names(house) == ["SMS Device"]
    await owner.submit(f"{url_of(phone)}remove", last="true")
    assert await names(house) == []


@pytest.mark.parametrize("path", ["", "remove"])
async def test_somebody_elses_device_is_not_there(house: House, other: Visitor, stranger: Visitor, path: str) -> None:
    device = await add_phone(house, OWNER)
    address = url_of(device) + path
    assert (await other.get(address)).status == 404
    led = await stranger.get(address)
    assert (led.status, led.header("location")) == (303, f"/flows/-/default/authentication/?next={url_of(device)}")
    for action in ("rename", "remove"):
        assert (await other.submit(url_of(device) + action, name="mine", last="true")).status == 404
        assert (await stranger.submit(url_of(device) + action, name="mine", last="true")).status == 303
    assert await names(house) == ["SMS Device"]


@pytest.mark.parametrize("path", ["sms/0/", "sms/x/", "sms/-1/", "sms/99999999999999999999/", "sms/1e3/", "users/1/"])
async def test_what_is_no_device_is_404(owner: Visitor, path: str) -> None:
    for action in ("", "remove"):
        assert (await owner.get(f"/if/user/devices/{path}{action}")).status == 404


async def test_after_five_minutes_a_change_asks_for_a_proof_and_does_nothing(house: House, owner: Visitor) -> None:
    device = await add_phone(house)
    house.clock.pass_by(seconds=LATER)
    back = url_of(device)
    assert leads_to_proof(await owner.get(back), back)
    assert leads_to_proof(await owner.get(f"{back}remove"), back)
    for action in ("rename", "remove"):
        assert leads_to_proof(await owner.submit(back + action, name="mine", last="true"), back)
    assert await names(house) == ["SMS Device"]


async def test_so_does_adding_one(house: House, owner: Visitor) -> None:
    house.clock.pass_by(seconds=LATER)
    rows = await house.rows("SELECT pk FROM config_object WHERE document LIKE '%\"default-authenticator-totp-setup\"%'")
    addresses = [f"/flows/-/configure/{row['pk']}/" for row in rows]
    assert any([leads_to_proof(await owner.get(address), address) for address in addresses])


async def test_the_proof_is_a_password_where_there_is_no_second_factor(house: House, owner: Visitor) -> None:
    house.clock.pass_by(seconds=LATER)
    page = await owner.get("/flows/-/reauthenticate/?next=/if/user/")
    flow = page.header("location")
    assert flow == "/if/flow/default-reauthentication-flow/?next=/if/user/"
    asked = await owner.get(flow)
    assert 'name="password"' in asked.text
    proven = await owner.submit(flow, _step=step_of(asked), password=OWNER.password)
    assert (proven.status, proven.header("location")) == (303, "/if/user/")
    device = await add_phone(house)
    assert (await owner.get(url_of(device))).status == 200


async def test_and_the_second_factor_where_there_is_one(house: House, owner: Visitor) -> None:
    device = await add_app(house)
    house.clock.pass_by(seconds=LATER)
    flow = "/if/flow/default-reauthentication-flow/?next=/if/user/"
    asked = await owner.get(flow)
    assert 'name="password"' not in asked.text
    proven = await owner.submit(flow, _step=step_of(asked), code=pyotp.TOTP(SECRET).at(house.clock()))
    assert (proven.status, proven.header("location")) == (303, "/if/user/")
    assert (await owner.get(url_of(device))).status == 200


async def test_a_form_without_its_token_changes_nothing(house: House, owner: Visitor) -> None:
    device = await add_phone(house)
    for action in ("rename", "remove"):
        refused = await owner.submit(url_of(device) + action, name="mine", last="true", _csrf="wrong")
        assert refused.status == 403
    assert await names(house) == ["SMS Device"]


async def test_one_users_proof_is_not_anothers(house: House, owner: Visitor, other: Visitor) -> None:
    device = await add_phone(house, OTHER)
    assert (await owner.get(url_of(device))).status == 404
    assert (await other.get(url_of(device))).status == 200
