"""Authenticators over the API: their owners', and anybody's for superusers."""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.notes import Subject, note
from watchword.administration.users import require_user
from watchword.errors import FieldsInvalid
from watchword.flows.administered_authenticators import Deed, administer
from watchword.flows.own_authenticators import MAX_NAME, NameRefused, remove_own, rename_own
from watchword.model.fields import described
from watchword.storage.authenticators import Authenticator, get_authenticator, rename_authenticator


class DeviceForm(msgspec.Struct, kw_only=True):
    """What can be changed of a device."""

    name: Annotated[str, described("Name", "What its owner calls it.", min_length=1, max_length=MAX_NAME)]


class Kind(msgspec.Struct, frozen=True):
    """What authentik calls a class of devices."""

    app: str
    name: str
    verbose_name: str

    @property
    def model(self) -> str:
        return f"{self.app}.{self.name.lower()}"

    @property
    def type(self) -> str:
        return f"{self.app}.{self.name}"


KINDS = {
    "sms": Kind("authentik_stages_authenticator_sms", "SMSDevice", "SMS Device"),
    "totp": Kind("authentik_stages_authenticator_totp", "TOTPDevice", "TOTP Device"),
    "static": Kind("authentik_stages_authenticator_static", "StaticDevice", "Static Device"),
}


def rename(conn: Connection, device: Authenticator, name: str, *, by: Author, now: datetime) -> None:
    """Raises `FieldsInvalid`."""
    if device.user_id == by.user.id:
        try:
            rename_own(conn, by.user, device.device_class, device.id, name=name, now=now, client_ip=by.address)
        except NameRefused as error:
            raise FieldsInvalid({"name": [error.message]}) from None
        return
    if not name.isprintable():
        raise FieldsInvalid({"name": [NameRefused().message]})
    rename_authenticator(conn, type(device), device.id, name, now)
    kind = KINDS[device.device_class]
    note(conn, "model_updated", Subject(kind.model, kind.verbose_name, device.id, name), by, now, ["name"])


def remove(conn: Connection, device: Authenticator, *, by: Author, now: datetime) -> None:
    """This cannot be undone; the event says who did it."""
    if device.user_id == by.user.id:
        remove_own(conn, by.user, device.device_class, device.id, now=now, client_ip=by.address)
    else:
        do(conn, "remove", device, by=by, now=now)


def do(conn: Connection, deed: Deed, device: Authenticator, *, by: Author, now: datetime) -> Authenticator:
    """The device as it is then, or was before it was removed."""
    owner = require_user(conn, device.user_id)
    before = administer(conn, deed, owner, device.device_class, device.id, by=by.name, now=now, client_ip=by.address)
    return get_authenticator(conn, type(device), device.id) or before
