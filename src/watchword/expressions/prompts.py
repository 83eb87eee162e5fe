"""Expressions of prompts: initial values, placeholders and choices."""

from typing import Any

import msgspec

from watchword.errors import ExpressionFailed
from watchword.expressions import prelude
from watchword.expressions.functions import Resolver, host_functions
from watchword.expressions.plain import plain, scrubbed
from watchword.expressions.sandbox import Evaluation, Sandbox
from watchword.expressions.scope import Host, HttpView, UserView


class PromptEngine:
    def __init__(self, sandbox: Sandbox, host: Host, resolver: Resolver | None = None) -> None:
        self._sandbox = sandbox
        self._functions = host_functions(host, resolver or Resolver())

    async def value_of(
        self,
        expression: str,
        *,
        user: UserView | None,
        http_request: HttpView | None,
        prompt_context: dict[str, Any],
    ) -> Any:
        """A plain value; raises `ExpressionFailed`, its detail without the visitor's data."""
        given = {
            "user": msgspec.to_builtins(user),
            "http_request": msgspec.to_builtins(http_request),
            "prompt_context": plain(prompt_context),
        }
        try:
            evaluation = Evaluation(expression, prelude.FOR_PROMPTS, given, self._functions, kind="prompt")
            left = await self._sandbox.run(evaluation)
        except ExpressionFailed as error:
            detail = scrubbed(error.detail, prompt_context.values())
            raise ExpressionFailed(error.kind, detail, error.line) from None
        return plain(left.value)
