"""The settings of the authenticator validation stage, under authentik's names."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from watchword.durations import parse_duration
from watchword.flows.stage import Stage
from watchword.model.fields import described

DeviceClass = Literal["static", "totp", "webauthn", "duo", "sms", "email"]
NotConfigured = Literal["skip", "deny", "configure"]
KEPT = "Kept for authentik's clients."

_ALL: tuple[DeviceClass, ...] = ("static", "totp", "webauthn", "duo", "sms", "email")
_Factor = Annotated[float, described("Throttling factor", KEPT, ge=0)]


class ValidateSettings(Stage, frozen=True, kw_only=True):
    """What an administrator decides about second factors."""

    not_configured_action: Annotated[
        NotConfigured, described("Without an authenticator", "Let pass, deny, or let the visitor set one up.")
    ] = "skip"
    device_classes: Annotated[
        list[DeviceClass], described("Allowed authenticators", "Watchword has sms, totp and static (recovery codes).")
    ] = msgspec.field(default_factory=lambda: list(_ALL))
    configuration_stages: Annotated[
        list[str], described("To set one up", "Stages; of several the visitor chooses.", ref="stage")
    ] = []
    last_auth_threshold: Annotated[
        str, described("Ask again after", "As hours=8: so long a browser is not asked again; seconds=0 always asks.")
    ] = "seconds=0"
    webauthn_user_verification: Annotated[
        Literal["required", "preferred", "discouraged"], described("WebAuthn user verification", KEPT)
    ] = "preferred"
    webauthn_hints: Annotated[
        list[Literal["security-key", "client-device", "hybrid"]], described("WebAuthn hints", KEPT)
    ] = []
    webauthn_allowed_device_types: Annotated[list[str], described("WebAuthn device types", KEPT)] = []
    email_otp_throttling_factor: _Factor = 1
    sms_otp_throttling_factor: _Factor = 1
    totp_otp_throttling_factor: _Factor = 1
    static_otp_throttling_factor: _Factor = 1

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.not_configured_action == "configure" and not self.configuration_stages:
            yield "not_configured_action", "Name at least one stage that sets an authenticator up."
        try:
            parse_duration(self.last_auth_threshold)
        except ValueError:
            yield "last_auth_threshold", "This is not a duration. Write it as hours=8."

    @property
    def threshold(self) -> timedelta:
        return parse_duration(self.last_auth_threshold)
