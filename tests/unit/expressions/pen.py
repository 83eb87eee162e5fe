"""Where expressions that mean harm are tried: a sandbox, a host that keeps what is left with it, and what is given."""

from typing import Any

import msgspec

from tests.unit.expressions.conftest import OLIVIA, FakeHost, request_with
from watchword.errors import ExpressionFailed
from watchword.expressions import prelude
from watchword.expressions.finished import Finished
from watchword.expressions.functions import Resolver, host_functions
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.sandbox import Evaluation, Sandbox
from watchword.expressions.scope import HttpView
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot

LOOPS = ExpressionPolicy(name="loops", expression="return ak_call_policy('loops').passing")
SECONDS = 0.4
"""That an expression may run there."""


class Pen:
    """`sandbox` must have been opened."""

    def __init__(self, sandbox: Sandbox, host: FakeHost | None = None) -> None:
        self.sandbox = sandbox
        self.host = host or FakeHost()
        self.functions = host_functions(self.host, Resolver())
        self._engine = PolicyEngine(sandbox, self.host)
        self.functions["_host_call_policy"] = self._call_policy

    async def _call_policy(self, name: Any, context: Any) -> Any:
        caller = self._engine._caller(request_with(), Snapshot([LOOPS]), 0)
        return await caller(name, context)

    async def tried(self, source: str) -> Finished | ExpressionFailed:
        http = HttpView(META={"REMOTE_ADDR": "10.1.2.3"})
        context = {"prompt_data": {"phone": "+4915123456713"}, "flow_plan": {"redirect": "/"}}
        given = {"user": msgspec.to_builtins(OLIVIA), "http_request": msgspec.to_builtins(http)}
        given |= {"client_ip": None, "context": context, "debug": False}
        try:
            return await self.sandbox.run(Evaluation(source, prelude.FOR_POLICIES, given, self.functions))
        except ExpressionFailed as error:
            return error
