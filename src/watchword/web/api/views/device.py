"""Authenticators: each class in its own shape, and all in one."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from watchword.administration.devices import KINDS
from watchword.administration.users import require_user
from watchword.storage.authenticators import Authenticator
from watchword.storage.devices import SMSDevice
from watchword.storage.static_devices import static_tokens_left
from watchword.web.api.call import Call
from watchword.web.api.shapes import Moment, described_as
from watchword.web.api.views.people import PartialUser, partial_user


@described_as("Device")
class DeviceView(msgspec.Struct, kw_only=True):
    """An authenticator of any class."""

    pk: str
    name: str
    type: str
    verbose_name: str
    verbose_name_plural: str
    meta_model_name: str
    confirmed: bool
    created: Moment
    last_updated: Moment
    last_used: Moment | None
    extra_description: str | None
    external_id: str | None
    disabled: bool


@described_as("TOTPDevice")
class TOTPDeviceView(msgspec.Struct, kw_only=True):
    """An authenticator app."""

    pk: int
    name: str
    user: PartialUser
    disabled: bool


@described_as("SMSDevice")
class SMSDeviceView(TOTPDeviceView, kw_only=True):
    """A phone. Its owner reads the number, everybody else a masked one; of a hashed one there is the hash alone."""

    phone_number: str


class StaticToken(msgspec.Struct, kw_only=True):
    token: str


@described_as("StaticDevice")
class StaticDeviceView(TOTPDeviceView, kw_only=True):
    """A set of recovery codes. They are kept as hashes, so `token_set` is empty; `tokens_left` counts them."""

    token_set: list[StaticToken]
    tokens_left: int


VIEWS: dict[str, type[TOTPDeviceView]] = {"sms": SMSDeviceView, "totp": TOTPDeviceView, "static": StaticDeviceView}


def show_devices(conn: Connection, call: Call, devices: Sequence[Authenticator]) -> list[TOTPDeviceView]:
    return [_show(conn, call, device) for device in devices]


def _show(conn: Connection, call: Call, device: Authenticator) -> TOTPDeviceView:
    owner = partial_user(call.services.keyring, require_user(conn, device.user_id))
    if isinstance(device, SMSDevice):
        number = _number(call, device)
        return SMSDeviceView(pk=device.id, name=device.name, user=owner, disabled=device.disabled, phone_number=number)
    if device.device_class == "static":
        left = static_tokens_left(conn, device.id)
        return StaticDeviceView(
            pk=device.id, name=device.name, user=owner, disabled=device.disabled, token_set=[], tokens_left=left
        )
    return TOTPDeviceView(pk=device.id, name=device.name, user=owner, disabled=device.disabled)


def _number(call: Call, device: SMSDevice) -> str:
    if device.phone_number is None:
        return f"hash:{device.number_key}"
    return device.phone_number if device.user_id == call.caller.user.id else device.masked


def device_view(device: Authenticator) -> DeviceView:
    kind = KINDS[device.device_class]
    return DeviceView(
        pk=str(device.id),
        name=device.name,
        type=kind.type,
        verbose_name=kind.verbose_name,
        verbose_name_plural=f"{kind.verbose_name}s",
        meta_model_name=kind.model,
        confirmed=device.confirmed,
        created=device.created,
        last_updated=device.last_updated,
        last_used=device.last_used,
        extra_description=(device.masked or None) if isinstance(device, SMSDevice) else None,
        external_id=None,
        disabled=device.disabled,
    )
