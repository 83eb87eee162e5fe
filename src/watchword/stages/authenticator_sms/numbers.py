"""Which number a code may be sent to."""

import msgspec

from watchword.errors import NumberRefused, NumberTaken
from watchword.flows.challenge import Errors, field_error
from watchword.flows.run import Run
from watchword.phone import PhoneNumber, accept, number_key
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.authenticators import authenticators_of
from watchword.storage.devices import SMSDevice, number_enrolled

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
    key = number_key(run.services.keyring, number.e164)
    if not await run.services.database.read(number_enrolled, stage.pk, [key]):
        return Checked(number=number, key=key)
    user = await run.user()
    own = await run.services.database.read(authenticators_of, SMSDevice, user.id) if user else []
    if run.visit.user is None:
        return Checked(number=number, key=key, decoy=True)
    if any(device.stage_pk == stage.pk and device.number_key == key for device in own):
        return field_error(FIELD, OWN_NUMBER, "number_enrolled")
    return field_error(FIELD, NumberTaken().message, NumberTaken.code)


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
