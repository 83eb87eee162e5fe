"""`watchword device list`, `disable`, `restore` and `remove`."""

from pathlib import Path

import rich_click as click

from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.clock import system_clock
from watchword.errors import Invalid, NotFound
from watchword.flows.administered_authenticators import DEEDS, Deed, administer, what_it_costs
from watchword.flows.own_authenticators import find_own
from watchword.scrub import mask_numbers
from watchword.storage.authenticators import Authenticator
from watchword.storage.database import Database
from watchword.storage.device_classes import all_authenticators_of
from watchword.storage.devices import SMSDevice
from watchword.storage.users import User, find_user

_MAX_DIGITS = 18


@click.group()
def device() -> None:
    """People's phones, apps and recovery codes."""


@device.command("list")
@click.argument("username")
@data_dir_option
@told
def list_devices(username: str, data_dir: Path | None) -> None:
    """List a user's devices; numbers are masked."""

    async def work(database: Database) -> list[Authenticator]:
        return await database.read(all_authenticators_of, (await _user(database, username)).id)

    for one in with_database(read_settings(data_dir), work):
        place, failures = f"{one.device_class}:{one.id}", f"  ({one.failures_in_a_row} wrong codes in a row)"
        line = f"{place:<12} {_state(one):<12} {_number(one):<16} {mask_numbers(one.name)}".rstrip()
        click.echo(line + (failures if one.failures_in_a_row else ""))


@device.command("disable")
@click.argument("username")
@click.argument("device_name", metavar="DEVICE")
@data_dir_option
@told
def disable(username: str, device_name: str, data_dir: Path | None) -> None:
    """Disable a DEVICE, as sms:7: no code of it counts until it is restored."""
    _do("disable", username, device_name, data_dir)


@device.command("restore")
@click.argument("username")
@click.argument("device_name", metavar="DEVICE")
@data_dir_option
@told
def restore(username: str, device_name: str, data_dir: Path | None) -> None:
    """Restore a DEVICE that was disabled, or locked after too many wrong codes."""
    _do("restore", username, device_name, data_dir)


@device.command("remove")
@click.argument("username")
@click.argument("device_name", metavar="DEVICE")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_dir_option
@told
def remove(username: str, device_name: str, yes: bool, data_dir: Path | None) -> None:
    """Remove a DEVICE for good."""
    if not yes:
        click.confirm(_question(username, device_name, data_dir), abort=True)
    _do("remove", username, device_name, data_dir)


def _question(username: str, device_name: str, data_dir: Path | None) -> str:
    """Raises `Invalid` and `NotFound`: what is not there is not asked about."""
    device_class, number = _named(device_name)

    async def work(database: Database) -> tuple[Authenticator, str]:
        found = await database.read(find_own, await _user(database, username), device_class, number)
        return found, await database.read(what_it_costs, "remove", found)

    found, cost = with_database(read_settings(data_dir), work)
    means = " ".join(part for part in (DEEDS["remove"].means, cost) if part)
    return f"{means}\nRemove {device_name} of {username}, {mask_numbers(found.name)}?"


def _do(deed: Deed, username: str, device_name: str, data_dir: Path | None) -> None:
    device_class, number = _named(device_name)

    async def work(database: Database) -> Authenticator:
        return await database.run(
            administer,
            deed,
            await _user(database, username),
            device_class,
            number,
            by=f"watchword device {deed}",
            now=system_clock(),
        )

    done = with_database(read_settings(data_dir), work)
    click.echo(f"{mask_numbers(done.name)} {DEEDS[deed].done}.")


def _named(device_name: str) -> tuple[str, int]:
    """Class and id of `sms:7`; raises `Invalid`."""
    device_class, _, number = device_name.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= _MAX_DIGITS):
        raise Invalid("Write the device as `watchword device list` shows it, like sms:7.")
    return device_class, int(number)


async def _user(database: Database, username: str) -> User:
    found = await database.read(find_user, username=username)
    if found is None:
        raise NotFound(f"There is no user {username}.")
    return found


def _state(one: Authenticator) -> str:
    """Wrong codes lock a device, and its owner may restore it; an administrator disables it, and he may not."""
    if one.disabled:
        return "locked" if one.failures_in_a_row else "disabled"
    return "ready" if one.confirmed else "unconfirmed"


def _number(one: Authenticator) -> str:
    return (one.masked or "not kept") if isinstance(one, SMSDevice) else ""
