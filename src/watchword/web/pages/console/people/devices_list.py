"""The devices of all people: `/if/admin/devices/`, a number's among them, and the same list as a file."""

from typing import Any, get_args

from litestar import Response
from sqlalchemy import Connection

from watchword.flows.stage import Stage
from watchword.model.base import StageSettings
from watchword.model.snapshot import Snapshot
from watchword.phone import number_keys, parse
from watchword.scrub import mask_numbers
from watchword.storage.device_classes import DEVICE_CLASSES
from watchword.storage.device_lists import (
    DeviceState,
    ListedDevice,
    SoughtDevices,
    devices_after,
    page_of_devices,
)
from watchword.web.csv_export import BATCH, Cells, batches_of
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.exporting import export
from watchword.web.pages.console.paging import Pages, address, pages_of, read_page
from watchword.web.pages.console.people.addresses import DEVICES, device_url, user_url
from watchword.web.pages.console.people.asked import Asked
from watchword.web.pages.console.people.people_words import STATES
from watchword.web.pages.console.people.row_forms import text_of
from watchword.web.pages.console.rendering import render_listing
from watchword.web.pages.console.tables import Cell, Listing, Table
from watchword.web.pages.words import device_label

CSV = f"{DEVICES}csv/"
FIND = f"{DEVICES}number/"

MAX_ECHOED = 500
NO_NUMBER = "This is no phone number. Write it with its country code, as +4915112345678."

_COLUMNS = ("Device", "Owner", "Number", "State", "Enrolled at", "Last used")
_FILE_COLUMNS = (
    "device",
    "name",
    "owner's id",
    "owner",
    "number",
    "state",
    "confirmed",
    "wrong codes in a row",
    "stage",
    "added",
    "last used",
)


async def show(desk: Desk) -> Response[Any]:
    asked = Asked(desk)
    sought = _sought(asked, desk.snapshot)
    listing = await desk.services.database.read(_listing, asked, sought, desk.query("page"), desk.snapshot)
    return desk.answer(render_listing(await desk.page(DEVICES), listing, "admin/devices.html", number="", errors=()))


async def find(desk: Desk) -> Response[Any]:
    """By a full number, which is sent in a form: an address is kept in histories and logs."""
    typed = text_of(await desk.form(), "number")[:MAX_ECHOED]
    number = parse(typed, desk.services.settings.default_region or None)
    asked = Asked(desk)
    sought = _sought(asked, desk.snapshot)
    if number is None:
        listing = await desk.services.database.read(_listing, asked, sought, "", desk.snapshot)
        return await _found(desk, listing, typed, (NO_NUMBER,))
    keys = number_keys(desk.services.keyring, number.e164)
    _, devices = await desk.services.database.read(page_of_devices, SoughtDevices(number_keys=keys), limit=BATCH)
    rows = tuple(_row(device, desk.snapshot) for device in devices)
    listing = _made(asked, rows, Pages(first=1, last=len(rows), total=len(rows)), narrowed=True, file="")
    return await _found(desk, listing, typed, ())


async def save(desk: Desk) -> Response[Any]:
    asked = Asked(desk)
    sought, snapshot = _sought(asked, desk.snapshot), desk.snapshot

    async def read(last: ListedDevice | None) -> list[ListedDevice]:
        return await desk.services.database.read(devices_after, sought, last, limit=BATCH)

    def cells(device: ListedDevice) -> Cells:
        return _cells(device, snapshot)

    return await export(desk, "devices", _FILE_COLUMNS, batches_of(read, cells), asked.given)


async def _found(desk: Desk, listing: Listing, typed: str, errors: tuple[str, ...]) -> Response[Any]:
    page = await desk.page(DEVICES)
    body = render_listing(page, listing, "admin/devices.html", number=typed, errors=errors)
    return desk.answer(body, 400 if errors else 200)


def _sought(asked: Asked, snapshot: Snapshot) -> SoughtDevices:
    state = asked.choice("state", "State", [Option(name, text) for name, text in STATES.items()])
    return SoughtDevices(
        owner=asked.search(),
        device_class=asked.choice("class", "Kind", [Option(name, device_label(name)) for name in DEVICE_CLASSES]),
        state=next((one for one in get_args(DeviceState) if one == state), ""),
        stage=asked.choice("stage", "Enrolled at", _stages(snapshot)),
    )


def _stages(snapshot: Snapshot) -> list[Option]:
    """Those that devices are enrolled at."""
    kinds = {f"authenticator-{name}" for name in DEVICE_CLASSES}
    enrolling = [stage for stage in snapshot.all(Stage) if stage.kind in kinds]
    return [Option(stage.pk, stage.name) for stage in sorted(enrolling, key=lambda stage: stage.name.casefold())]


def _listing(conn: Connection, asked: Asked, sought: SoughtDevices, wanted: str, snapshot: Snapshot) -> Listing:
    def read(limit: int, offset: int) -> tuple[int, list[ListedDevice]]:
        return page_of_devices(conn, sought, limit=limit, offset=offset)

    number, total, devices = read_page(read, wanted)
    rows = tuple(_row(device, snapshot) for device in devices)
    pages = pages_of(DEVICES, number, total, asked.given)
    return _made(asked, rows, pages, narrowed=asked.narrowed, file=address(CSV, asked.given))


def _made(asked: Asked, rows: tuple[tuple[Cell, ...], ...], pages: Pages, *, narrowed: bool, file: str) -> Listing:
    return Listing(
        title="Devices",
        lede="Phones, authenticator apps and recovery codes of everybody. What can be done stands with the owner.",
        noun="device",
        nouns="devices",
        url=DEVICES,
        table=Table(label="Devices", columns=_COLUMNS, rows=rows),
        pages=pages,
        search=asked.given.get("search", ""),
        search_label="Owner",
        filters=tuple(asked.filters),
        narrowed=narrowed,
        file=file,
    )


def _row(device: ListedDevice, snapshot: Snapshot) -> tuple[Cell, ...]:
    """Its owner may have named it by its number."""
    wrong = f"{device.failures_in_a_row} wrong in a row" if device.failures_in_a_row else ""
    return (
        Cell(
            mask_numbers(device.name),
            url=device_url(device.user_id, device.device_class, device.id),
            note=device_label(device.device_class),
        ),
        Cell(device.username, url=user_url(device.user_id)),
        Cell(_number(device), look="number"),
        Cell(STATES[device.state], look="bad" if device.disabled else "", note=wrong),
        Cell(_stage(device, snapshot)),
        Cell(when=device.last_used) if device.last_used else Cell("Never"),
    )


def _number(device: ListedDevice) -> str:
    return ("Not kept" if device.hashed else device.masked) if device.device_class == "sms" else ""


def _stage(device: ListedDevice, snapshot: Snapshot) -> str:
    found = snapshot.get(device.stage_pk, StageSettings)
    return found.name if found else ""


def _cells(device: ListedDevice, snapshot: Snapshot) -> Cells:
    return (
        f"{device.device_class}:{device.id}",
        mask_numbers(device.name),
        device.user_id,
        device.username,
        _number(device),
        STATES[device.state],
        device.confirmed,
        device.failures_in_a_row,
        _stage(device, snapshot),
        device.created,
        device.last_used,
    )
