"""The cookie of a browser that gave a second factor a short while ago.

It is bound to user, device, stage and password: it is worth nothing for anybody else, after the device was removed
or locked, at another stage, or once the password was changed.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from watchword.flows.run import Run
from watchword.flows.visit import NewCookie
from watchword.keyring import Keyring
from watchword.stages.authenticator_validate.devices import choose
from watchword.stages.authenticator_validate.settings import ValidateSettings
from watchword.storage.authenticators import Authenticator
from watchword.storage.users import User

_PURPOSE = "remembered-authenticator"


class _Proof(msgspec.Struct, frozen=True, array_like=True):
    """`given` in seconds since 1970."""

    user: int
    device_class: str
    device_uid: str
    stage: str
    given: int
    password_changed: str


def is_remembered(run: Run, stage: ValidateSettings, user: User, devices: Sequence[Authenticator]) -> bool:
    """Whether one of these devices was used from this browser, not longer ago than the stage allows."""
    if not stage.threshold:
        return False
    proof = _read(run.services.keyring, run.visit.remembered)
    if proof is None or choose(devices, proof.device_class, proof.device_uid) is None:
        return False
    age = run.now - datetime.fromtimestamp(proof.given, UTC)
    same = (proof.user, proof.stage, proof.password_changed) == (user.id, stage.pk, _password_of(user))
    return same and not age.total_seconds() < 0 and age < stage.threshold


def remember(run: Run, stage: ValidateSettings, user: User, device: Authenticator) -> NewCookie | None:
    if stage.threshold.total_seconds() < 1:
        return None
    proof = _Proof(user.id, device.device_class, str(device.id), stage.pk, int(run.now.timestamp()), _password_of(user))
    return NewCookie(_write(run.services.keyring, proof), stage.threshold)


def _password_of(user: User) -> str:
    return user.password_changed.isoformat() if user.password_changed else ""


def _write(keyring: Keyring, proof: _Proof) -> str:
    body = base64.urlsafe_b64encode(msgspec.json.encode(proof)).decode().rstrip("=")
    return f"{body}.{keyring.digest(_PURPOSE, body)}"


def _read(keyring: Keyring, cookie: str) -> _Proof | None:
    body, _, signature = cookie.partition(".")
    if not keyring.signed(signature, _PURPOSE, body):
        return None
    try:
        padded = body + "=" * (-len(body) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=_Proof)
    except (binascii.Error, msgspec.DecodeError, UnicodeDecodeError):
        return None
