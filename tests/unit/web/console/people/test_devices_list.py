"""The devices of all people: narrowed, found by a whole number, and taken away as a file; numbers stay masked."""

import pytest
from sqlalchemy import Connection

from tests.people import OTHER, OWNER, STRANGER, Person
from tests.unit.web.client import Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.console.people.people import DEVICES, events, firsts, link, said, saved, table
from tests.unit.web.forms import fill, filled
from tests.unit.web.house import House
from tests.unit.web.test_devices import add_app, add_phone, user
from watchword.administration.superusers import make_administrator
from watchword.phone import mask, number_key
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.authenticators import Authenticator, disable_authenticator, record_failure
from watchword.storage.devices import SMSDevice, create_device
from watchword.storage.static_devices import replace_static_device
from watchword.storage.totp_devices import TOTPDevice

FIND = f"{DEVICES}number/"


def a_stage(house: House) -> AuthenticatorSMSStage:
    return next(iter(house.services.configuration.snapshot.all(AuthenticatorSMSStage)))


async def add_hidden(house: House, person: Person, number: str = "", **values: object) -> SMSDevice:
    """A phone whose number is not kept."""
    keyring = house.services.keyring
    given = {
        "user_id": (await user(house, person)).id,
        "stage_pk": a_stage(house).pk,
        "phone_number": None,
        "number_key": number_key(keyring, number or person.number),
        "key_id": keyring.key_id,
        "masked": "",
        "hashed": True,
        "confirmed": True,
        "max_devices": 0,
        "now": house.clock(),
        **values,
    }
    return await house.services.database.run(create_device, **given)  # type: ignore[arg-type] # the test's own


async def everything(house: House) -> list[Authenticator]:
    """Of the owner a phone, a disabled app and recovery codes; of the other a locked phone whose number is not kept."""
    phone, app = await add_phone(house), await add_app(house)
    hidden = await add_hidden(house, OTHER, name="Hidden")

    def change(conn: Connection) -> None:
        disable_authenticator(conn, TOTPDevice, app.id, house.clock())
        record_failure(conn, SMSDevice, hidden.id, disable_at=1, now=house.clock())
        replace_static_device(
            conn, user_id=phone.user_id, stage_pk="a stage", token_hashes=["a"], now=house.clock(), name="Codes"
        )

    await house.services.database.run(change)
    return [phone, app, hidden]


async def test_a_row_says_whose_which_and_in_what_state(house: House, admin: Visitor) -> None:
    phone, app, hidden = await everything(house)
    answer = await admin.get(DEVICES)
    rows = {row[0].split()[0]: row for row in table(answer)}
    assert rows["SMS"] == ["SMS Device Text message", "olivia", "+49 ••• ••13", "Works", "", "Never"]
    assert rows["TOTP"][2:4] == ["", "Disabled by an administrator"]
    assert rows["Codes"][0] == "Codes Recovery code"
    state = "Locked after wrong codes 1 wrong in a row"
    assert rows["Hidden"][1:5] == ["oscar", "Not kept", state, a_stage(house).name]
    for device in (phone, app, hidden):
        place = f"/if/admin/users/{device.user_id}/#{device.device_class}-{device.id}"
        assert f'href="{place}"' in answer.text
    assert OWNER.number not in answer.text


async def test_they_are_searched_and_narrowed(house: House, admin: Visitor) -> None:
    _, _, hidden = await everything(house)

    async def found(query: str) -> list[str]:
        """The same are on the page and in the file."""
        shown = firsts(await admin.get(f"{DEVICES}?{query}"))
        assert sorted(row["name"] for row in await saved(admin, f"{DEVICES}csv/?{query}")) == sorted(shown)
        return shown

    assert await found("search=OSC") == ["Hidden"]
    assert await found("class=totp") == ["TOTP Device"]
    assert await found("class=sms&state=works") == ["SMS Device"]
    assert await found("state=locked") == ["Hidden"]
    assert await found("state=disabled") == ["TOTP Device"]
    assert await found("state=unconfirmed") == []
    assert await found(f"stage={hidden.stage_pk}") == ["Hidden"]
    assert len(await found("class=fax&state=%00&stage=x")) == 4
    assert await found("search=%2525") == []


async def test_many_devices_come_in_pages(house: House, admin: Visitor) -> None:
    for number in range(60):
        await add_hidden(house, OWNER, f"+49151234560{number:02}", name=f"Phone {number:02}")
    first = await admin.get(f"{DEVICES}?search=olivia&class=sms")
    assert "60 devices" in said(first)
    second = await admin.get(link(first, "next"))
    assert firsts(first) + firsts(second) == [f"Phone {number:02}" for number in reversed(range(60))]


async def test_a_number_finds_its_phones_kept_or_not_and_reveals_no_other(house: House, admin: Visitor) -> None:
    phone = await add_phone(house)
    await add_hidden(house, OTHER, OWNER.number, name="Hidden")
    await add_hidden(house, OTHER, STRANGER.number, name="Another")
    for typed in (OWNER.number, " +49 151 / 234 567-13 ", "004915123456713"):
        answer = await fill(admin, DEVICES, FIND, number=typed)
        assert answer.status == (200 if typed[:2] != "00" else 400), typed
        if answer.status == 200:
            assert sorted(firsts(answer)) == ["Hidden", "SMS Device"], typed
            assert "2 devices" in said(answer)
            assert f"#sms-{phone.id}" in answer.text
    nothing = await fill(admin, DEVICES, FIND, number=OTHER.number)
    assert nothing.status == 200
    assert "No device fits" in said(nothing)


@pytest.mark.parametrize("number", ["", "\x00", "😀", "9" * 300, "0151 23456713", "+49", "olivia", "<script>alert(1)"])
async def test_what_is_no_number_is_said_where_it_was_typed(house: House, admin: Visitor, number: str) -> None:
    await add_phone(house)
    refused = await fill(admin, DEVICES, FIND, number=number)
    assert refused.status == 400
    assert "This is no phone number." in said(refused)
    assert filled(refused, FIND)["number"] == [number]
    assert "<script>alert" not in refused.text


async def test_a_national_number_is_read_where_the_country_is_known(opened: OpenHouse) -> None:
    async with opened(default_region="DE") as house:
        await add_phone(house)
        await house.services.database.run(make_administrator, await user(house, OTHER))
        admin = await house.signed_in(OTHER)
        assert firsts(await fill(admin, DEVICES, FIND, number=OWNER.national)) == ["SMS Device"]


async def test_nobody_else_finds_a_number(house: House, admin: Visitor, owner: Visitor, stranger: Visitor) -> None:
    await add_phone(house)
    for target in (DEVICES, f"{DEVICES}csv/"):
        assert (await owner.get(target)).status == 403
        assert (await stranger.get(target)).status == 303
    assert (await owner.submit(FIND, number=OWNER.number)).status == 403
    assert (await stranger.submit(FIND, number=OWNER.number)).status == 303
    assert (await admin.submit(FIND, number=OWNER.number, _csrf="wrong")).status == 403
    assert (await admin.get(FIND)).status in (303, 404, 405)


async def test_a_file_has_masked_numbers_alone(house: House, admin: Visitor) -> None:
    phone, _, _ = await everything(house)
    await house.write("UPDATE sms_device SET name = :name WHERE id = :id", name=f"@ {OWNER.number}", id=phone.id)
    rows = {row["device"]: row for row in await saved(admin, f"{DEVICES}csv/")}
    mine = rows[f"sms:{phone.id}"]
    assert (mine["name"], mine["number"]) == ("'@ +49 ••• ••13", f"'{mask(OWNER.number)}")
    assert (mine["owner"], mine["owner's id"], mine["confirmed"]) == ("olivia", str(phone.user_id), "yes")
    assert (mine["added"], mine["last used"]) == ("2026-03-01T12:00:00Z", "")
    assert len(rows) == 4
    answer = await admin.get(f"{DEVICES}csv/?state=locked")
    assert answer.header("content-disposition") == 'attachment; filename="watchword-devices-2026-03-01.csv"'
    for secret in (OWNER.number, OTHER.number, number_key(house.services.keyring, OTHER.number)):
        assert secret not in answer.text
    assert [event["context"] for event in await events(house, "data_exported")] == [
        {"list": "devices", "asked": {}},
        {"list": "devices", "asked": {"state": "locked"}},
    ]


async def test_a_file_of_thousands_is_whole(house: House, admin: Visitor) -> None:
    owner = await user(house, OWNER)

    def fill_up(conn: Connection) -> None:
        for number in range(1201):
            replace_static_device(conn, user_id=owner.id, stage_pk=str(number), token_hashes=["a"], now=house.clock())

    await house.services.database.run(fill_up)
    await everything(house)
    rows = await saved(admin, f"{DEVICES}csv/")
    assert len(rows) == len({row["device"] for row in rows}) == 1205
