"""What expressions see: allow-lists, as plain values. Whatever is not a field here does not exist in there."""

from typing import Any, Protocol

import msgspec


class UserView(msgspec.Struct, frozen=True, kw_only=True):
    pk: int
    uuid: str
    username: str
    name: str = ""
    email: str = ""
    is_active: bool = True
    is_superuser: bool = False
    attributes: dict[str, Any] = {}
    groups: list[str] = []
    """Names, with those of the groups above."""
    group_pks: list[str] = []
    has_password: bool = False


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    pk: str
    name: str
    is_superuser: bool = False
    attributes: dict[str, Any] = {}


class HttpView(msgspec.Struct, frozen=True, kw_only=True):
    """Neither cookies nor credentials."""

    method: str = "GET"
    path: str = "/"
    GET: dict[str, str] = {}
    META: dict[str, str] = {}
    branding_title: str = "Watchword"


class StageView(msgspec.Struct, frozen=True, kw_only=True):
    """Never the gateway's address or credentials."""

    pk: str
    name: str
    from_number: str


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    phone_number: str
    name: str
    user: UserView | None
    stage: StageView


class PolicyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`context` holds plain values; its key `flow_plan`, a dict, is seen as an object with an attribute `context`."""

    user: UserView | None = None
    http_request: HttpView | None = None
    context: dict[str, Any] = {}
    debug: bool = False


class Host(Protocol):
    """What expressions may ask of Watchword."""

    async def user_by(self, filters: dict[str, Any]) -> UserView | None: ...

    async def has_authenticator(self, user_pk: int, device_type: str | None) -> bool: ...

    async def create_event(self, action: str, context: dict[str, Any]) -> None:
        """A key `message` in the context is the event's message."""
        ...

    def phone_parse(self, text: str, region: str | None) -> dict[str, Any] | None: ...
