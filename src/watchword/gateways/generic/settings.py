"""What the generic gateway needs."""

from typing import ClassVar, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from watchword.gateways.base import GatewaySettings
from watchword.gateways.scrub import basic_credentials


class GenericSettings(GatewaySettings, frozen=True, kw_only=True):
    """`auth` is the bearer token, or the user name for Basic. Where it is empty, the user and password that the URL
    may hold are sent, and without them no `Authorization`.
    """

    kind: ClassVar[str] = "generic"

    url: str
    auth: str = ""
    auth_password: str = ""
    auth_type: Literal["basic", "bearer"] = "basic"

    @property
    def address(self) -> str:
        """The URL without a user and password: `authorization` sends those, in UTF-8, which aiohttp would not."""
        parts = _parts(self.url)
        if parts is None or "@" not in parts.netloc:
            return self.url
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def secrets(self) -> list[str]:
        """With what the address holds of keys and passwords: error pages like to repeat it."""
        credentials = basic_credentials(self.auth, self.auth_password)
        return [self.auth, self.auth_password, credentials, *_secrets_in(self.url)]

    def authorization(self) -> dict[str, str]:
        if not self.auth:
            user, password = _user_in(_parts(self.url))
            return {"Authorization": f"Basic {basic_credentials(user, password)}"} if user or password else {}
        if self.auth_type == "bearer":
            return {"Authorization": f"Bearer {self.auth}"}
        return {"Authorization": f"Basic {basic_credentials(self.auth, self.auth_password)}"}


def _parts(url: str) -> SplitResult | None:
    """None where the URL is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _user_in(parts: SplitResult | None) -> tuple[str, str]:
    return (unquote(parts.username or ""), unquote(parts.password or "")) if parts else ("", "")


def _secrets_in(url: str) -> list[str]:
    parts = _parts(url)
    if parts is None:
        return [url]
    user, password = _user_in(parts)
    pair = [user, password, basic_credentials(user, password)] if user or password else []
    # A key may stand alone, without a name (`?3f9a8b`): it is read as a name without a value.
    return [*pair, *(value or name for name, value in parse_qsl(parts.query, keep_blank_values=True))]
