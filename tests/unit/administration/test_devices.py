"""Devices: renamed and removed by their owners and by administrators, each of whom is written down."""

import pytest

from tests.contract.databases.make import make_device
from tests.unit.administration.bench import NOW, Office
from watchword.administration import devices
from watchword.administration.author import Author
from watchword.errors import NotFound
from watchword.storage.authenticators import get_authenticator
from watchword.storage.devices import SMSDevice

STRANGE = "a\nb\u202e"


async def device(office: Office, owner: str = "olivia") -> SMSDevice:
    return await office.run(make_device, office.people[owner].id)


async def stored(office: Office, one: SMSDevice) -> SMSDevice | None:
    return await office.run(get_authenticator, SMSDevice, one.id)


@pytest.mark.parametrize(("name", "action"), [("olivia", "device_renamed"), ("ada", "model_updated")])
async def test_a_device_is_renamed(office: Office, name: str, action: str) -> None:
    one = await device(office)
    await office.run(devices.rename, one, "My phone", by=office.by(name), now=NOW)
    changed = await stored(office, one)
    assert changed is not None
    assert changed.name == "My phone"
    [event] = await office.events(action)
    assert event.username == name


@pytest.mark.parametrize("name", ["olivia", "ada"])
async def test_a_name_that_would_not_show_is_refused(office: Office, name: str) -> None:
    one = await device(office)
    assert list(await office.refused(devices.rename, one, STRANGE, by=office.by(name), now=NOW)) == ["name"]
    assert await stored(office, one) == one


@pytest.mark.parametrize("name", ["olivia", "ada"])
async def test_a_device_is_removed_and_its_owner_is_told_who_did_it(office: Office, name: str) -> None:
    one = await device(office)
    await office.run(devices.remove, one, by=office.by(name), now=NOW)
    assert await stored(office, one) is None
    [event] = await office.events("device_removed")
    assert event.username == "olivia"
    assert event.context.get("by", "olivia") == name


async def test_a_device_is_disabled_and_restored_with_its_owner_told(office: Office) -> None:
    one, ada = await device(office), office.by("ada")
    assert (await office.run(devices.do, "disable", one, by=ada, now=NOW)).disabled is True
    assert (await office.run(devices.do, "restore", one, by=ada, now=NOW)).disabled is False
    for action in ("device_disabled", "device_restored"):
        [event] = await office.events(action)
        assert (event.username, event.context["by"]) == ("olivia", "ada")


async def test_what_is_gone_is_not_found(office: Office) -> None:
    one, ada = await device(office), office.by("ada")
    await office.run(devices.remove, one, by=ada, now=NOW)
    with pytest.raises(NotFound):
        await office.run(devices.remove, one, by=ada, now=NOW)
    nobodys = Author(office.people["ada"])
    with pytest.raises(NotFound):
        await office.run(devices.do, "disable", one, by=nobodys, now=NOW)
