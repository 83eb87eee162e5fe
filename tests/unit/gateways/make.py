"""Messages, answers and settings for the tests of gateways."""

from typing import Any

from tests.people import OWNER
from watchword.gateways.base import GatewaySettings
from watchword.gateways.console.settings import ConsoleSettings
from watchword.gateways.demo.settings import DemoSettings
from watchword.gateways.exchange import Answer
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.memory.settings import MemorySettings
from watchword.gateways.message import Message
from watchword.gateways.twilio.settings import TwilioSettings

NUMBER = OWNER.number
CODE = "042917"
TEXT = f"Your code for sms.example.org is {CODE}. It is valid for 5 minutes.\n\n@sms.example.org #{CODE}"
SENDER = "+12024561111"

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
KEY_SID = "SKfedcba9876543210fedcba9876543210"
TOKEN = "the-token-of-the-gateway"
PASSWORD = "the-pässword-of-the-gateway"
URL_PASSWORD = "a-password-in-the-address"
URL_KEY = "a-key-in-the-address"

TWILIO = TwilioSettings(account_sid=ACCOUNT, auth=TOKEN, api_key_sid=KEY_SID)
GENERIC = GenericSettings(
    url=f"https://user-in-the-address:{URL_PASSWORD}@sms.example.org/send?key={URL_KEY}",
    auth=TOKEN,
    auth_password=PASSWORD,
)
SETTINGS: list[GatewaySettings] = [ConsoleSettings(), DemoSettings(), GENERIC, MemorySettings(), TWILIO]


def message(**changes: Any) -> Message:
    return Message(**{"to": NUMBER, "sender": SENDER, "text": TEXT, "code": CODE, **changes})


def answer(status: int = 400, body: bytes | str = b"", **headers: str) -> Answer:
    """Headers with underscores for hyphens."""
    raw = body.encode() if isinstance(body, str) else body
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)
