"""Authenticators: everybody's own, and anybody's for superusers."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection

from watchword.administration import devices as deeds
from watchword.administration.devices import KINDS, DeviceForm
from watchword.errors import FieldsInvalid, NotFound
from watchword.flows.administered_authenticators import DEEDS, Deed
from watchword.storage.authenticators import Authenticator, get_authenticator, page_of_authenticators
from watchword.storage.device_classes import DEVICE_CLASSES, all_authenticators_of
from watchword.storage.listing import Wanted
from watchword.web.api.call import Call
from watchword.web.api.operation import Operation, Parameter
from watchword.web.api.row_filters import NUMBER, as_number, columns_named, text_filter
from watchword.web.api.row_resource import RowResource
from watchword.web.api.views.device import VIEWS, DeviceView, device_view, show_devices

MOST = 1000
"""Of each class, in the list of everybody's devices, which has no pages."""

BY_OWNERS = "A device is enrolled by its owner, who runs a flow with a stage for it."


def _get(cls: type[Authenticator], conn: Connection, call: Call) -> Authenticator:
    what = KINDS[cls.device_class].name
    device = get_authenticator(conn, cls, call.number("id", what))
    if device is None or not call.caller.may_see(device.user_id):
        raise NotFound(f"No {what} matches the given query.")
    return device


def _page(cls: type[Authenticator], conn: Connection, call: Call, wanted: Wanted) -> tuple[int, list[Authenticator]]:
    owner = None if call.caller.superuser else call.caller.user.id
    count, found = page_of_authenticators(conn, cls, wanted, user_id=owner)
    return count, list(found)


def _change(conn: Connection, call: Call, device: Authenticator, values: dict[str, Any]) -> Authenticator:
    if "name" in values:
        deeds.rename(conn, device, values["name"], by=call.author, now=call.services.clock())
    return get_authenticator(conn, type(device), device.id) or device


def _remove(conn: Connection, call: Call, device: Authenticator) -> None:
    deeds.remove(conn, device, by=call.author, now=call.services.clock())


def _resource(cls: type[Authenticator], *, admin: bool) -> RowResource[Authenticator]:
    kind, place = KINDS[cls.device_class], "admin/" if admin else ""
    return RowResource(
        id=f"authenticators_{place.replace('/', '_')}{cls.device_class}",
        path=f"/authenticators/{place}{cls.device_class}",
        part="id",
        noun=kind.verbose_name if cls.device_class != "static" else "set of recovery codes",
        name=kind.name,
        view=VIEWS[cls.device_class],
        get=partial(_get, cls),
        page=partial(_page, cls),
        show=show_devices,
        access="superuser" if admin else "signed_in",
        filters=(text_filter("name"),),
        orders=columns_named("name"),
        form=DeviceForm,
        create=_refuse if admin else None,
        change=_change,
        remove=_remove,
        has_used_by=not admin,
        sensitive=True,
    )


def _refuse(_: Connection, __: Call, ___: dict[str, Any]) -> Authenticator:
    raise FieldsInvalid.whole(BY_OWNERS)


def _deed(deed: Deed, cls: type[Authenticator]) -> Operation:
    async def handle(call: Call) -> Any:
        def work(conn: Connection) -> Any:
            device = deeds.do(conn, deed, _get(cls, conn, call), by=call.author, now=call.services.clock())
            return show_devices(conn, call, [device])[0]

        return await call.services.database.run(work)

    name = cls.device_class
    return Operation(
        id=f"authenticators_admin_{name}_{deed}_create",
        method="POST",
        path=f"/authenticators/admin/{name}/{{id}}/{deed}/",
        summary=f"{deed.capitalize()} one {KINDS[name].verbose_name}. {DEEDS[deed].means}",
        handle=handle,
        answer=VIEWS[name],
        sensitive=True,
    )


async def _own(call: Call) -> list[DeviceView]:
    found = await call.services.database.read(all_authenticators_of, call.caller.user.id)
    return [device_view(device) for device in found if device.confirmed]


async def _anybodys(call: Call) -> list[DeviceView]:
    text = call.option("user")
    try:
        owner = as_number(text) if text else None
    except ValueError as error:
        raise FieldsInvalid({"user": [str(error)]}) from None

    def work(conn: Connection) -> list[Authenticator]:
        every = Wanted(limit=MOST)
        return [
            device
            for cls in DEVICE_CLASSES.values()
            for device in page_of_authenticators(conn, cls, every, user_id=owner)[1]
        ]

    return [device_view(device) for device in await call.services.database.read(work)]


_SINGLE: Callable[..., Operation] = partial(Operation, method="GET", answer=list[DeviceView])

OPERATIONS = (
    *(
        operation
        for cls in DEVICE_CLASSES.values()
        for admin in (False, True)
        for operation in _resource(cls, admin=admin).operations()
    ),
    *(_deed(deed, cls) for cls in DEVICE_CLASSES.values() for deed in ("disable", "restore")),
    _SINGLE(
        id="authenticators_all_list",
        path="/authenticators/all/",
        summary="List the caller's confirmed authenticators of every class.",
        handle=_own,
        access="signed_in",
    ),
    _SINGLE(
        id="authenticators_admin_all_list",
        path="/authenticators/admin/all/",
        summary=f"List anybody's authenticators of every class, {MOST} of each at most.",
        handle=_anybodys,
        query=(Parameter(name="user", schema=NUMBER),),
    ),
)
