"""Phones come to the people who proved them in authentik, and to nobody else."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection

from watchword.errors import Invalid, NumberReason, NumberRefused, NumberTaken, TooManyDevices
from watchword.migration import endpoints
from watchword.migration.options import Options
from watchword.migration.people import People, user_here
from watchword.migration.report import Line, left_out
from watchword.migration.source import Found, Source, owner_of
from watchword.phone import PhoneNumber, accept, mask, number_key, parse
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.authenticators import authenticators_of
from watchword.storage.config import load_objects
from watchword.storage.devices import DEFAULT_NAME, SMSDevice, create_device
from watchword.storage.events import write_event
from watchword.storage.users import User, get_user

KIND = "phone"
BATCH = 50
HASHED = (
    "authentik kept a hash of the number alone: nobody can turn it back, and it is none of Watchword's. The phone is "
    "enrolled anew."
)
UNCONFIRMED = "It was never confirmed by a code, or authentik does not say so."
REFUSED: dict[NumberReason, str] = {
    "missing": "There is no number.",
    "unreadable": "This is no phone number with its country code.",
    "not_possible": "It is too long or too short for its country.",
    "not_valid": "It is not in use in its country.",
    "kind": "This kind of number receives no codes.",
    "not_mobile": "It is no mobile number.",
}
ELSEWHERE = "This number is enrolled here already, by somebody else."
NOBODY = "Its owner is not here."
NO_STAGE = (
    "authentik does not say at which of its SMS stages a phone was enrolled: name the one here with --devices-at."
)


def stage_for_phones(conn: Connection, source: Source, options: Options) -> AuthenticatorSMSStage | None:
    """The stage here that imported phones belong to; None where nobody can tell. Raises `Invalid` for a wrong name."""
    objects = load_objects(conn, CATALOGUE, options.keyring)
    stages = {obj.pk: obj for obj in objects if isinstance(obj, AuthenticatorSMSStage)}
    if wanted := options.devices_at:
        named = next((stage for stage in stages.values() if wanted in (stage.pk, stage.name)), None)
        if named is None:
            known = ", ".join(sorted(stage.name for stage in stages.values())) or "none yet"
            raise Invalid(f"There is no SMS stage {wanted} here for --devices-at. There are: {known}.")
        return named
    pks = [str(found.get("pk")).lower() for found in source.of(endpoints.SMS_STAGE)]
    return stages.get(pks[0]) if len(pks) == 1 else None


def apply_phones(
    conn: Connection, found: Sequence[Found], source: Source, options: Options, people: People
) -> list[Line]:
    """A unit of work. `found` are some of the source's."""
    stage = stage_for_phones(conn, source, options)
    return [_apply(conn, phone, source, options, people, stage) for phone in found]


def _apply(
    conn: Connection,
    phone: Found,
    source: Source,
    options: Options,
    people: People,
    stage: AuthenticatorSMSStage | None,
) -> Line:
    owner, confirmed = _owner(phone, source)
    here = user_here(conn, people, owner) if owner is not None else None
    user = get_user(conn, here) if here is not None else None
    label = f"of {user.username}" if user else "of somebody"
    typed = phone.get("phone_number")
    if not isinstance(typed, str):
        return left_out(KIND, label, "It has no number.")
    if typed.startswith("hash:"):
        return left_out(KIND, label, HASHED)
    if not confirmed or user is None:
        return left_out(KIND, label, NOBODY if user is None else UNCONFIRMED)
    if stage is None:
        return left_out(KIND, label, NO_STAGE)
    region = stage.default_region or None
    try:
        number = accept(typed, region=region, validation=options.validation, mobile_only=stage.mobile_only)
    except NumberRefused as error:
        read = parse(typed, region)
        return left_out(KIND, f"{mask(read.e164 if read else '')} {label}", REFUSED[error.reason])
    return _enrol(conn, phone, number, user, stage, options)


def _owner(phone: Found, source: Source) -> tuple[int | None, bool]:
    """Whose it is, and whether he ever confirmed it: its own list does not say so."""
    said = owner_of(phone)
    pk = str(phone.get("pk"))
    for number, devices in source.owners.items():
        if said not in (None, number):
            continue
        for device in devices:
            if str(device.get("pk")) == pk and str(device.get("type", "")).endswith("SMSDevice"):
                return number, device.get("confirmed") is True
    return said, False


def _enrol(
    conn: Connection, phone: Found, number: PhoneNumber, user: User, stage: AuthenticatorSMSStage, options: Options
) -> Line:
    key, masked = number_key(options.keyring, number.e164), mask(number.e164)
    label = f"{masked} of {user.username}"
    own = authenticators_of(conn, SMSDevice, user.id)
    if any(device.stage_pk == stage.pk and device.number_key == key for device in own):
        return Line(kind=KIND, label=label, fate="unchanged")
    name, now, hashed = phone.get("name"), options.clock(), stage.verify_only
    try:
        create_device(
            conn,
            user_id=user.id,
            stage_pk=stage.pk,
            phone_number=None if hashed else number.e164,
            number_key=key,
            key_id=options.keyring.key_id,
            masked="" if hashed else masked,
            hashed=hashed,
            confirmed=True,
            max_devices=stage.max_devices,
            now=now,
            name=name if isinstance(name, str) and 0 < len(name) <= 64 else DEFAULT_NAME,
        )
    except NumberTaken:
        return left_out(KIND, label, ELSEWHERE)
    except TooManyDevices as error:
        return left_out(KIND, label, error.message)
    context = {"stage": stage.name, "hashed": hashed, "masked": "" if hashed else masked}
    message = "A phone was imported from authentik"
    write_event(conn, action="device_enrolled", now=now, user=user, message=message, context=context)
    return Line(kind=KIND, label=label, fate="created")


def others(source: Source) -> list[Line]:
    """Devices of other classes: their secrets stay in authentik."""
    counted = Counter(source.other_devices)
    return [
        left_out("other device", f"{endpoints.OTHER_DEVICES[name]}: {count}", "Their secrets do not leave authentik.")
        for name, count in counted.items()
        if count
    ]
