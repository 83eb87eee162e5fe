"""A real sandbox, and a host that remembers what expressions asked of it."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from watchword.expressions.policies import PolicyEngine
from watchword.expressions.sandbox import Sandbox
from watchword.expressions.scope import HttpView, PolicyRequest, UserView
from watchword.phone import parse

OLIVIA = UserView(
    pk=1,
    uuid="u-1",
    username="olivia",
    name="Olivia Owner",
    email="olivia@example.org",
    attributes={"team": "blue"},
    groups=["people", "staff"],
    group_pks=["g-1", "g-2"],
    has_password=True,
)
OSCAR = UserView(pk=2, uuid="u-2", username="oscar")


class FakeHost:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    async def user_by(self, filters: dict[str, Any]) -> UserView | None:
        return next((user for user in (OLIVIA, OSCAR) if user.username == filters.get("username")), None)

    async def has_authenticator(self, user_pk: int, device_type: str | None) -> bool:
        return user_pk == 1 and device_type in (None, "sms")

    async def create_event(self, action: str, context: dict[str, Any]) -> None:
        self.events.append((action, context))

    def phone_parse(self, text: str, region: str | None) -> dict[str, Any] | None:
        number = parse(text, region)
        return msgspec.to_builtins(number) if number else None


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(timeout=0.5, memory_mib=16) as sandbox:
        yield sandbox


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.fixture
def engine(sandbox: Sandbox, host: FakeHost) -> PolicyEngine:
    return PolicyEngine(sandbox, host)


def request_with(phone: str = "+1234 567", user: UserView | None = OLIVIA, **context: Any) -> PolicyRequest:
    http = HttpView(method="POST", path="/x/", META={"REMOTE_ADDR": "10.1.2.3"})
    return PolicyRequest(user=user, http_request=http, context={"prompt_data": {"phone": phone}, **context})
