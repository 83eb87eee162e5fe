"""Expression policies, and their bindings to flows and stage bindings."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from watchword.model.base import ConfigObject
from watchword.model.fields import described
from watchword.model.syntax import syntax_problem


class ExpressionPolicy(ConfigObject, frozen=True, kw_only=True):
    """An expression that answers yes or no, and may leave messages for the visitor."""

    model: ClassVar[str] = "authentik_policies_expression.expressionpolicy"
    family: ClassVar[str] = "policy"
    verbose_name: ClassVar[str] = "Expression Policy"

    name: Annotated[str, described("Name", min_length=1)]
    expression: Annotated[
        str, described("Expression", "Python that returns True or False.", multiline=True, min_length=1)
    ]
    execution_logging: Annotated[
        bool, described("Log every evaluation", "Leaves an event each time, without the visitor's data.")
    ] = False

    def problems(self) -> Iterator[tuple[str, str]]:
        if problem := syntax_problem(self.expression):
            yield "expression", f"Expression Syntax Error: {problem.said}"


class PolicyBinding(ConfigObject, frozen=True, kw_only=True):
    """Binds a policy, a group or a user to a flow or to a stage binding."""

    model: ClassVar[str] = "authentik_policies.policybinding"
    family: ClassVar[str] = "policy_binding"
    verbose_name: ClassVar[str] = "Policy Binding"
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("policy", "target", "order"),)

    target: Annotated[str, described("Target", "A flow or a stage binding.", ref="flow|stage_binding")]
    order: Annotated[int, described("Order", "Lower comes first.", ge=-(2**31), lt=2**31)]
    policy: Annotated[str, described("Policy", ref="policy")] | None = None
    group: Annotated[str, described("Group", "Passes for its members.", row="group")] | None = None
    user: Annotated[int, described("User", "Passes for this user alone.", row="user")] | None = None
    negate: Annotated[bool, described("Negate", "Turn the answer round.")] = False
    enabled: Annotated[bool, described("Enabled")] = True
    timeout: Annotated[int, described("Time limit", "In seconds.", ge=0, lt=2**31)] = 30
    failure_result: Annotated[bool, described("Answer on failure", "What an error or a time-out counts as.")] = False

    def problems(self) -> Iterator[tuple[str, str]]:
        given = sum(bool(value) for value in (self.policy, self.group, self.user))
        if given > 1:
            yield "non_field_errors", "Only one of 'group', 'policy', 'user' can be set."
        elif given == 0:
            yield "non_field_errors", "One of 'group', 'policy', 'user' must be set."
