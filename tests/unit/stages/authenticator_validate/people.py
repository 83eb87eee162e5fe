"""People with authenticators, and a flow that asks for one of them."""

from typing import Any

import pyotp

from tests.people import OWNER, Person
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, asks_password, flow, identifies, signs_in, sms
from tests.unit.engine.visitor import Shown, Visitor
from watchword import recovery_codes, totp
from watchword.model.base import ConfigObject
from watchword.phone import mask, number_key
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.storage.devices import SMSDevice, create_device
from watchword.storage.static_devices import StaticDevice, replace_static_device
from watchword.storage.totp_devices import TOTPDevice, create_totp_device

SLUG = "sign-in"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODES = ["abcdefghjkmn", "23456789abcd"]

PHONE = sms(name="phone")
"""The stage at which phones were enrolled: it is in no flow here, and its gateway still carries their codes."""


def validates(**settings: Any) -> Step:
    return Step(AuthenticatorValidateStage(name="second factor", **settings))


def sign_in(*parts: Step, **settings: Any) -> list[ConfigObject]:
    """Identification, password, second factor, login; and the stage that phones come from."""
    steps = parts or (identifies(), asks_password(), validates(**settings), signs_in())
    made = flow(*steps, slug=SLUG, designation="authentication", authentication="require_unauthenticated")
    return [*made, PHONE.stage]


async def add_phone(engine: Engine, person: Person, number: str = "", **values: Any) -> SMSDevice:
    number = number or person.number
    given: dict[str, Any] = {
        "user_id": engine.users[person.username].id,
        "stage_pk": PHONE.stage.pk,
        "phone_number": number,
        "number_key": number_key(engine.services.keyring, number),
        "key_id": engine.services.keyring.key_id,
        "masked": mask(number),
        "hashed": False,
        "confirmed": True,
        "max_devices": 0,
        "now": engine.clock(),
    }
    return await engine.services.database.run(create_device, **{**given, **values})


async def add_app(engine: Engine, person: Person, digits: int = 6) -> TOTPDevice:
    return await engine.services.database.run(
        create_totp_device,
        user_id=engine.users[person.username].id,
        stage_pk="totp-stage",
        secret=totp.seal_secret(engine.services.keyring, SECRET),
        digits=digits,
        last_step=0,
        now=engine.clock(),
    )


async def add_recovery_codes(engine: Engine, person: Person) -> StaticDevice:
    user = engine.users[person.username].id
    return await engine.services.database.run(
        replace_static_device,
        user_id=user,
        stage_pk="static-stage",
        token_hashes=[recovery_codes.token_hash(engine.services.keyring, user, code) for code in CODES],
        now=engine.clock(),
    )


def app_code(engine: Engine, seconds: float = 0) -> str:
    """What the app shows now, or so many seconds from now."""
    return pyotp.TOTP(SECRET).at(int(engine.clock().timestamp() + seconds))


async def to_second_factor(visitor: Visitor, person: Person = OWNER) -> Shown:
    """Name and password are given; what comes next is the second factor."""
    visitor.slug = SLUG
    await visitor.look()
    await visitor.answer(uid_field=person.username)
    return await visitor.answer(password=person.password)


async def choose(visitor: Visitor, device: Any) -> Shown:
    chosen = {"device_class": device.device_class, "device_uid": str(device.id), "challenge": {}, "last_used": None}
    return await visitor.answer(selected_challenge=chosen)
