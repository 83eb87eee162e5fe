"""Which number a code may be sent to."""

import msgspec

from watchword.errors import NumberRefused, NumberTaken
from watchword.flows.challenge import Errors, field_error
from watchword.flows.run import Run
from watchword.phone import PhoneNumber, accept, number_keys
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.authenticators import authenticators_of
from watchword.storage.devices import SMSDevice, number_enrolled, rehash_device

FIELD = "phone_number"
NUMBER_FIXED = "This number was given at an earlier step. Choose “Change number” to correct it."
OWN_NUMBER = "You have enrolled this phone already."


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    number: PhoneNumber
    key: str
    decoy: bool = False
    """Enrolled by somebody else, which a stranger must not learn: he sees the code step, and nothing is sent."""


async def check_number(run: Run, stage: SMSSettings, text: str, region: str) -> Checked | Errors:
    """The number in E.164, or what to tell the visitor."""
    try:
        number = _accept(run, stage, text, region)
    except NumberRefused as error:
        return field_error(FIELD, error.message, "invalid")
    keys = number_keys(run.services.keyring, number.e164)
    key = keys[0]
    if not await run.services.database.read(number_enrolled, stage.pk, keys):
        return Checked(number=number, key=key)
    user = await run.user()
    own = await run.services.database.read(authenticators_of, SMSDevice, user.id) if user else []
    if run.visit.user is None:
        return Checked(number=number, key=key, decoy=True)
    if found := next((one for one in own if one.stage_pk == stage.pk and one.number_key in keys), None):
        await _hash_anew(run, found, key)
        return field_error(FIELD, OWN_NUMBER, "number_enrolled")
    return field_error(FIELD, NumberTaken().message, NumberTaken.code)


async def _hash_anew(run: Run, device: SMSDevice, key: str) -> None:
    """A verify-only phone whose number is known again, for this moment, leaves the key it was hashed with. Its owner's
    alone: a stranger could time it.
    """
    if device.number_key != key:
        await run.services.database.run(rehash_device, device, key, run.services.keyring.key_id)


def same_number(run: Run, stage: SMSSettings, one: str, other: str, region: str) -> bool:
    """Whether two spellings are one number."""
    try:
        return _accept(run, stage, one, region).e164 == _accept(run, stage, other, region).e164
    except NumberRefused:
        return one.strip() == other.strip()


def _accept(run: Run, stage: SMSSettings, text: str, region: str) -> PhoneNumber:
    """Raises `NumberRefused`; the country chosen by the visitor comes before those of the stage and the settings."""
    settings = run.services.settings
    return accept(
        text,
        region=region or stage.default_region or settings.default_region or None,
        validation=settings.phone_validation,
        mobile_only=stage.mobile_only,
    )
