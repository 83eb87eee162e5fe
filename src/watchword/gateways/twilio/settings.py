"""What Twilio needs."""

import re
from typing import ClassVar
from urllib.parse import quote, urlencode

from watchword.gateways.base import GatewaySettings
from watchword.gateways.errors import SendError
from watchword.gateways.scrub import basic_credentials
from watchword.gateways.shapes import slip_of
from watchword.gateways.twilio.shapes import ACCOUNT_SID, API_KEY_SID, AUTH_TOKEN

BASE_URL = "https://api.twilio.com"

_LABEL = re.compile(r"[a-z0-9-]{1,63}")


class TwilioSettings(GatewaySettings, frozen=True, kw_only=True):
    """`auth` is the Auth Token, or the secret of the API key whose SID is `api_key_sid`.

    `edge` and `region` (as `dublin` and `ie1`) name another of Twilio's hosts; both are needed, and neither counts
    where `base_url` is another. `discard_content` and `obfuscate_address` ask Twilio to keep no text and no full
    number; each needs an agreement with Twilio, who refuses the message otherwise.
    """

    kind: ClassVar[str] = "twilio"

    account_sid: str
    auth: str
    api_key_sid: str = ""
    base_url: str = BASE_URL
    edge: str = ""
    region: str = ""
    discard_content: bool = False
    obfuscate_address: bool = False

    @property
    def user(self) -> str:
        return self.api_key_sid or self.account_sid

    @property
    def url(self) -> str:
        """Raises `SendError` (configuration)."""
        return f"{self._account}/Messages.json"

    @property
    def account_url(self) -> str:
        """Raises `SendError` (configuration)."""
        return f"{self._account}.json"

    @property
    def no_messages_url(self) -> str:
        """The messages to Twilio's test number that is never valid: a list that is always empty."""
        return f"{self.url}?{urlencode({'To': '+15005550001', 'PageSize': 1})}"

    @property
    def _account(self) -> str:
        return f"{self._base}/2010-04-01/Accounts/{quote(self.account_sid, safe='')}"

    @property
    def _base(self) -> str:
        base = self.base_url.rstrip("/")
        if base != BASE_URL or not (self.edge or self.region):
            return base
        if not (_LABEL.fullmatch(self.edge) and _LABEL.fullmatch(self.region)):
            detail = "Twilio's hosts need both an edge and a region, as dublin and ie1: give both or neither."
            raise SendError("configuration", detail, permanent=True, retry_elsewhere=True)
        return f"https://api.{self.edge}.{self.region}.twilio.com"

    def warnings(self) -> list[str]:
        """What looks wrong but is not refused: a stand-in for Twilio may use other names."""
        shapes = ((ACCOUNT_SID, self.account_sid), (API_KEY_SID, self.api_key_sid), (AUTH_TOKEN, self._token))
        return [sentence for shape, text in shapes if (sentence := slip_of(shape, text))]

    @property
    def _token(self) -> str:
        return "" if self.api_key_sid else self.auth

    def secrets(self) -> list[str]:
        return [self.auth, self.account_sid, self.api_key_sid, basic_credentials(self.user, self.auth)]
