"""Phones come to the people who proved them, as numbers that are read as ours are, and are never shown."""

from typing import Any

import msgspec
import pytest

from tests.people import OWNER
from tests.unit.migration.imports import Imports, line
from tests.unit.migration.world import listed, phone, pk, stage, user
from watchword.errors import Invalid
from watchword.migration import devices
from watchword.migration.report import Line, Report
from watchword.phone import number_key
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.authenticators import authenticators_of
from watchword.storage.devices import SMSDevice, list_devices
from watchword.storage.users import find_user

MASKED = "+49 ••• ••13"


async def phones_of(imports: Imports, username: str) -> list[SMSDevice]:
    user = await imports.database.read(find_user, username=username)
    assert user is not None
    return await imports.database.read(authenticators_of, SMSDevice, user.id)


def only_phone(imports: Imports, number: str, **about: Any) -> None:
    """person2's, confirmed."""
    imports.authentik.lists["/authenticators/admin/sms/"] = [{**phone(1, 2, number), **about}]


def told(report: Report) -> Line:
    (found,) = [one for one in report.lines if one.kind == "phone"]
    return found


async def test_a_number_is_its_owners_device_at_the_imported_stage(imports: Imports) -> None:
    await imports.run()
    (device,) = await phones_of(imports, "person3")
    assert (device.phone_number, device.name, device.stage_pk) == ("+447400123456", "Mobile", pk("sms"))
    assert device.confirmed
    assert not device.hashed
    assert device.masked == "+44 ••• ••56"
    assert device.number_key == number_key(imports.keyring, "+447400123456")


@pytest.mark.parametrize("spelling", ["+49 151 23456713", "0049 151 23456713", "+49 (151) 234-567-13"])
async def test_a_spelling_is_read_as_one_reads_it_here(imports: Imports, spelling: str) -> None:
    only_phone(imports, spelling)
    report = await imports.run()
    found = await phones_of(imports, "person2")
    read = [device.phone_number for device in found] == [OWNER.number]
    assert read == told(report).whole == (not spelling.startswith("00"))


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("no number at all", "country code"),
        ("0151 23456713", "country code"),
        ("+4915", "too short"),
        ("+49900123456789", "kind of number"),
        ("", "country code"),
        (None, "no number"),
        (4915123456713, "no number"),
    ],
)
async def test_a_number_that_is_none_is_left_out(imports: Imports, number: Any, word: str) -> None:
    only_phone(imports, number)
    report = await imports.run()
    assert told(report).fate == "left out"
    assert not await phones_of(imports, "person2")


async def test_a_hash_cannot_come(imports: Imports) -> None:
    only_phone(imports, "hash:" + "a" * 64)
    report = await imports.run()
    assert told(report).why == (devices.HASHED,)
    assert told(report).label == "of person2"


@pytest.mark.parametrize("unsure", ["unconfirmed", "unlisted", "of another class", "of somebody else"])
async def test_a_number_that_nobody_proved_is_nobodys_second_factor(imports: Imports, unsure: str) -> None:
    only_phone(imports, OWNER.number)
    confirmed = {
        "unconfirmed": [listed(1, 2, confirmed=False)],
        "unlisted": [],
        "of another class": [{**listed(1, 2), "type": "authentik_stages_authenticator_totp.TOTPDevice"}],
        "of somebody else": [listed(1, 3)],
    }
    imports.authentik.lists["/authenticators/admin/all/"] = confirmed[unsure]
    report = await imports.run()
    assert told(report).why == (devices.UNCONFIRMED,)
    assert not await imports.database.read(list_devices)


async def test_a_number_of_somebody_who_is_not_here_is_left_out(imports: Imports) -> None:
    imports.authentik.lists["/authenticators/admin/sms/"] = [phone(1, 1, OWNER.number)]
    report = await imports.run()
    assert (told(report).label, told(report).why) == ("of somebody", (devices.NOBODY,))


async def test_of_two_people_with_one_number_the_first_has_it(imports: Imports) -> None:
    """As here, where a number enrols once at a stage, however it is spelt."""
    report = await imports.run()
    assert line(report, "phone", f"{MASKED} of person2").fate == "created"
    assert line(report, "phone", f"{MASKED} of person7").why == (devices.ELSEWHERE,)


async def test_two_spellings_of_ones_own_number_are_one_device(imports: Imports) -> None:
    imports.authentik.lists["/authenticators/admin/sms/"] = [
        phone(1, 2, OWNER.number),
        phone(9, 2, "+49 151 23456713"),
    ]
    imports.authentik.lists["/authenticators/admin/all/"].append(listed(9, 2))
    report = await imports.run()
    assert [one.fate for one in report.lines if one.kind == "phone"] == ["created", "unchanged"]
    assert len(await phones_of(imports, "person2")) == 1


async def test_at_a_stage_that_only_verifies_the_number_is_not_kept(imports: Imports) -> None:
    imports.authentik.lists["/stages/authenticator/sms/"][0]["verify_only"] = True
    only_phone(imports, OWNER.number)
    await imports.run()
    (device,) = await phones_of(imports, "person2")
    assert (device.phone_number, device.masked, device.hashed) == (None, "", True)
    assert device.number_key == number_key(imports.keyring, OWNER.number)
    assert OWNER.number not in repr(await imports.state())


async def test_the_stages_country_reads_national_numbers(imports: Imports) -> None:
    only_phone(imports, OWNER.national)
    await imports.run()
    sms = (await imports.configuration()).require(pk("sms"), AuthenticatorSMSStage)
    await imports.put(msgspec.structs.replace(sms, default_region=OWNER.region))
    await imports.run()
    assert [device.phone_number for device in await phones_of(imports, "person2")] == [OWNER.number]


async def test_a_stage_for_one_phone_each_takes_no_second(imports: Imports) -> None:
    await imports.run()
    sms = (await imports.configuration()).require(pk("sms"), AuthenticatorSMSStage)
    await imports.put(msgspec.structs.replace(sms, max_devices=1))
    only_phone(imports, "+4915123456714")
    report = await imports.run()
    assert "as many phones" in told(report).why[0]


class TestSeveralStages:
    @pytest.fixture(autouse=True)
    def two_stages(self, imports: Imports) -> None:
        stages = imports.authentik.lists["/stages/authenticator/sms/"]
        stages.append({**stages[0], "pk": pk("sms too"), "name": "sms too"})
        only_phone(imports, OWNER.number)

    async def test_nobody_can_tell_where_a_phone_was_enrolled(self, imports: Imports) -> None:
        report = await imports.run()
        assert told(report).why == (devices.NO_STAGE,)

    @pytest.mark.parametrize("named", ["sms too", pk("sms too")])
    async def test_so_it_is_said(self, imports: Imports, named: str) -> None:
        await imports.run(devices_at=named)
        (device,) = await phones_of(imports, "person2")
        assert device.stage_pk == pk("sms too")

    async def test_a_wrong_name_is_told_with_the_right_ones(self, imports: Imports) -> None:
        with pytest.raises(Invalid, match="There are: sms, sms too"):
            await imports.run(devices_at="nothing")


async def test_other_devices_are_counted(imports: Imports) -> None:
    report = await imports.run()
    labels = [one.label for one in report.lines if one.kind == "other device"]
    assert labels == ["authenticator apps: 1", "passkeys and security keys: 2"]


async def test_names_that_do_not_fit_give_way(imports: Imports) -> None:
    only_phone(imports, OWNER.number, name="x" * 65)
    await imports.run()
    assert [device.name for device in await phones_of(imports, "person2")] == ["SMS Device"]


async def test_a_number_is_nowhere_in_what_is_told(imports: Imports) -> None:
    """Also where a name is one."""
    imports.authentik.lists["/core/users/"].append(user(600, "+4915123456719"))
    report = await imports.run()
    said = repr(report.lines)
    for digits in ("23456713", "123456719", "7400123456", "33612345678", "aaaa"):
        assert digits not in said


async def test_a_phone_of_a_stage_that_did_not_come_is_left_out(imports: Imports) -> None:
    imports.authentik.lists["/stages/authenticator/sms/"] = [
        stage("sms", "authentik_stages_authenticator_sms.authenticatorsmsstage", provider="carrier pigeon")
    ]
    only_phone(imports, OWNER.number)
    assert told(await imports.run()).why == (devices.NO_STAGE,)
