"""A host for expressions that are tried out: it answers, and keeps nothing."""

from typing import Any

from watchword.expressions.scope import Host, UserView


class QuietHost:
    def __init__(self, host: Host) -> None:
        self._host = host

    async def user_by(self, filters: dict[str, Any]) -> UserView | None:
        return await self._host.user_by(filters)

    async def has_authenticator(self, user_pk: int, device_type: str | None) -> bool:
        return await self._host.has_authenticator(user_pk, device_type)

    async def create_event(self, action: str, context: dict[str, Any]) -> None:
        """Nobody is to read of what did not happen."""

    def phone_parse(self, text: str, region: str | None) -> dict[str, Any] | None:
        return self._host.phone_parse(text, region)
