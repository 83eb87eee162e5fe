"""What expressions are given holds no secret: not the stage's, not the request's, and not another one's."""

from typing import Any

import pytest
from litestar import Request
from litestar.testing import RequestFactory

from tests.people import OWNER
from tests.unit.expressions.conftest import OLIVIA, FakeHost, request_with
from tests.unit.expressions.escapes.attempt import SECRET
from watchword.errors import MappingFailed
from watchword.expressions.mappings import MappingEngine
from watchword.expressions.sandbox import Sandbox
from watchword.model.mapping import NotificationWebhookMapping
from watchword.phone import parse
from watchword.stages.authenticator_sms.delivery import device_view
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.sessions import http_view

STAGE = AuthenticatorSMSStage(
    name="sms",
    provider="generic",
    account_sid=f"https://{SECRET}.example.org/{SECRET}",
    auth=SECRET,
    auth_password=SECRET,
    from_number="1234",
)
CODE = "042917"
EVERYTHING = (
    "return {'given': str(_given), 'views': [str(getattr(view, name, '')) "
    "for view in (stage, device, device.stage, device.user, user, request, http_request) "
    "for name in ('auth', 'account_sid', 'auth_password', 'auth_type', 'settings', 'password', 'password_hash', "
    "'token', 'tokens', 'session', 'headers', 'cookies', 'COOKIES', 'META', 'GET', 'secret', 'code')]}"
)


def asked() -> Request[Any, Any, Any]:
    headers = {"Authorization": f"Bearer {SECRET}", "X-Authentik-CSRF": SECRET, "Referer": f"http://x/{SECRET}"}
    cookies = f"authentik_session={SECRET}; authentik_csrf={SECRET}"
    request = RequestFactory().post("/x/", headers=headers, cookies=cookies)
    assert SECRET in str(request.headers)
    return request


async def rendered(sandbox: Sandbox, expression: str) -> dict[str, Any]:
    number = parse(OWNER.number, None)
    assert number is not None
    device = device_view(STAGE, number, OLIVIA)
    request = request_with()
    mapping = NotificationWebhookMapping(name="all", expression=expression)
    return await MappingEngine(sandbox, FakeHost()).render(
        mapping, user=OLIVIA, device=device, token=CODE, stage=device.stage, request=request
    )


async def test_a_mapping_sees_its_code_and_no_secret_of_its_stage(sandbox: Sandbox) -> None:
    shown = str(await rendered(sandbox, EVERYTHING))
    assert SECRET not in shown
    assert CODE in shown
    assert OWNER.number in shown


def test_a_request_is_shown_without_its_cookies_and_credentials() -> None:
    view = http_view(asked(), "10.1.2.3")
    assert view.path == "/x/"
    assert SECRET not in str(view)


async def test_a_failure_of_a_mapping_says_neither_code_nor_number(sandbox: Sandbox) -> None:
    for expression in ("raise ValueError(token)", "raise ValueError(device.phone_number)", "return {}[token]"):
        with pytest.raises(MappingFailed) as caught:
            await rendered(sandbox, expression)
        assert CODE not in caught.value.detail
        assert OWNER.number[1:] not in caught.value.detail
