"""Webhook mappings: the payload that is posted to a gateway, made by an expression."""

from typing import Any

import msgspec

from watchword.errors import ExpressionFailed, MappingFailed
from watchword.expressions import prelude
from watchword.expressions.functions import Resolver, host_functions
from watchword.expressions.plain import plain, scrubbed
from watchword.expressions.quiet import QuietHost
from watchword.expressions.sandbox import Evaluation, Sandbox
from watchword.expressions.scope import DeviceView, GroupView, Host, HttpView, PolicyRequest, StageView, UserView
from watchword.model.mapping import NotificationWebhookMapping


class MappingEngine:
    def __init__(self, sandbox: Sandbox, host: Host, resolver: Resolver | None = None) -> None:
        self._sandbox = sandbox
        resolver = resolver or Resolver()
        self._functions = host_functions(host, resolver)
        self._quiet = host_functions(QuietHost(host), resolver)

    async def render(
        self,
        mapping: NotificationWebhookMapping,
        *,
        user: UserView | None,
        device: DeviceView,
        token: str,
        stage: StageView,
        request: PolicyRequest,
    ) -> dict[str, Any]:
        """The payload; raises `MappingFailed` where the expression fails, takes too long, or returns no dict."""
        given = _given(user, device, token, stage, request.http_request)
        try:
            evaluation = Evaluation(mapping.expression, prelude.FOR_MAPPINGS, given, self._functions, kind="mapping")
            left = await self._sandbox.run(evaluation)
        except ExpressionFailed as error:
            detail = scrubbed(error.detail, [token, device.phone_number])
            raise MappingFailed(mapping.name, error.kind, detail, error.line) from None
        payload = plain(left.value)
        if not isinstance(payload, dict):
            self._sandbox.metrics.failed("mapping", "answer")
            kind = type(left.value).__name__
            raise MappingFailed(mapping.name, "answer", f"The mapping must return a dict; it returned {kind}.")
        return payload

    async def try_out(
        self,
        mapping: NotificationWebhookMapping,
        *,
        user: UserView | None,
        group: GroupView | None,
        http_request: HttpView | None,
        variables: dict[str, Any],
        sample: DeviceView,
        token: str,
    ) -> Any:
        """Whatever it returns, as a plain value, for whoever writes it. `variables` come beside those that a message
        has, and never in their place. Raises `MappingFailed` with all of the failure.
        """
        given = _given(user, sample, token, sample.stage, http_request)
        given |= {"group": msgspec.to_builtins(group), "debug": True}
        try:
            evaluation = Evaluation(
                mapping.expression, prelude.FOR_MAPPINGS_TRIED_OUT, given, self._quiet, variables, "mapping"
            )
            left = await self._sandbox.run(evaluation)
        except ExpressionFailed as error:
            raise MappingFailed(mapping.name, error.kind, error.detail, error.line) from None
        return plain(left.value)


def _given(
    user: UserView | None, device: DeviceView, token: str, stage: StageView, http_request: HttpView | None
) -> dict[str, Any]:
    return {
        "user": msgspec.to_builtins(user),
        "device": msgspec.to_builtins(device),
        "token": token,
        "stage": msgspec.to_builtins(stage),
        "http_request": msgspec.to_builtins(http_request),
    }
