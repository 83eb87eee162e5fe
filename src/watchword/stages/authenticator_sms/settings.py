"""The settings of the SMS authenticator setup stage: authentik's fields under authentik's names, and ours."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from watchword.codes import LIFE, MAX_LENGTH, MAX_LIFE, MIN_LENGTH, SENDS_PER_DAY, TRIES
from watchword.durations import parse_duration
from watchword.flows.stage import Stage
from watchword.gateways.linter import lint
from watchword.gateways.text import template_problems
from watchword.model.fields import described
from watchword.money import AMOUNT, Price, currencies, price
from watchword.stages.authenticator_sms.shapes import slips

Provider = Literal["twilio", "generic", "console", "demo"]


class SMSSettings(Stage, frozen=True, kw_only=True):
    """Everything an administrator decides about enrolling numbers."""

    provider: Annotated[Provider, described("Gateway", "What carries the message.")]
    from_number: Annotated[
        str, described("Sender", "A number, a sender name, or Twilio's Messaging Service SID (MG...).")
    ] = ""
    account_sid: Annotated[
        str, described("Account SID or External API URL", "Twilio's Account SID; the address that is posted to.")
    ] = ""
    auth: Annotated[
        str, described("Token or user name", "Twilio's Auth Token or API key secret; bearer token.", secret=True)
    ] = ""
    auth_password: Annotated[str, described("Password", "For HTTP Basic.", secret=True)] = ""
    auth_type: Annotated[Literal["basic", "bearer"], described("Kind of authentication")] = "basic"
    api_key_sid: Annotated[str, described("API key SID", "Where Twilio's API key is used (SK...).")] = ""
    gateway_url: Annotated[
        str,
        described("Gateway address", "Twilio's base URL where it is not the usual one.", pattern=r"^(https?://.+)?$"),
    ] = ""
    verify_only: Annotated[
        bool, described("Verify only", "Keep no number, only a keyed hash: it can never be sent to again.")
    ] = False
    mapping: (
        Annotated[str, described("Webhook mapping", "Makes what is posted, or Twilio's text.", ref="mapping")] | None
    ) = None
    configure_flow: Annotated[str, described("Configuration flow", "Lets users set it up.", ref="flow")] | None = None
    friendly_name: Annotated[str, described("Shown as", "In the user's list of what can be set up.")] = ""
    message: Annotated[
        str, described("Message", "With {code}, {host} and {minutes}; empty for the default.", multiline=True)
    ] = ""
    code_length: Annotated[int, described("Digits of a code", ge=MIN_LENGTH, le=MAX_LENGTH)] = 6
    code_life: Annotated[str, described("Life of a code", "As minutes=5; ten minutes at most.")] = (
        f"seconds={int(LIFE.total_seconds())}"
    )
    tries_per_code: Annotated[int, described("Tries per code", ge=1, le=10)] = TRIES
    sends_per_day: Annotated[int, described("Messages a day to one number", ge=1, le=100)] = SENDS_PER_DAY
    max_devices: Annotated[int, described("Phones per user", "0 for no limit.", ge=0, le=100)] = 0
    mobile_only: Annotated[bool, described("Mobile numbers only")] = False
    default_region: Annotated[
        str, described("Country of national numbers", "As DE; empty for none.", pattern=r"^([A-Z]{2})?$")
    ] = ""
    segment_price: Annotated[
        str,
        described(
            "Price of a segment",
            "As 0.0075: what the gateway takes for one part of a message. Empty where you do not know it.",
            pattern=AMOUNT,
            mismatch="Write the price as 0.0075, without the currency.",
        ),
    ] = ""
    currency: Annotated[
        str,
        described(
            "Currency",
            "As EUR or USD.",
            pattern=r"^([A-Z]{3})?$",
            mismatch="Write the currency's three letters, as EUR.",
        ),
    ] = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        needed = {"twilio": ("account_sid", "auth", "from_number"), "generic": ("account_sid",)}
        for field in needed.get(self.provider, ()):
            if not getattr(self, field):
                yield field, "This field may not be blank."
        if self.provider == "generic" and not self.account_sid.lower().startswith(("http://", "https://")):
            yield "account_sid", "The External API URL must start with http:// or https://."
        for problem in template_problems(self.message) if self.message else ():
            yield "message", problem
        yield from self._price_problems()
        yield from self._life_problems()

    def advice(self, host: str) -> Iterator[tuple[str, str]]:
        for sentence in lint(self.message, host=host, code_length=self.code_length, minutes=self.minutes):
            yield "message", sentence
        yield from slips(self.provider, msgspec.structs.asdict(self))

    def _price_problems(self) -> Iterator[tuple[str, str]]:
        if self.segment_price and not self.currency:
            yield "currency", "Say which currency the price is in, as EUR."
        if self.currency and self.currency not in currencies():
            yield "currency", f"There is no currency {self.currency}."

    def _life_problems(self) -> Iterator[tuple[str, str]]:
        try:
            life = self.life
        except ValueError:
            yield "code_life", "This is not a duration. Write it as minutes=5."
        else:
            if not timedelta(seconds=30) <= life <= MAX_LIFE:
                yield "code_life", "A code lives between 30 seconds and 10 minutes."

    @property
    def price(self) -> Price | None:
        """Of one segment, where it is known."""
        return price(self.segment_price, self.currency)

    @property
    def life(self) -> timedelta:
        return parse_duration(self.code_life)

    @property
    def minutes(self) -> int:
        """The life as messages give it: whole minutes, one at least."""
        return max(1, int(self.life.total_seconds()) // 60)
