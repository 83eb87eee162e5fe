"""Policies, mappings and prompts: whether the sandbox reads each."""

from collections.abc import Iterator
from typing import NamedTuple

from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient
from watchword.errors import ConfigurationInvalid, ExpressionFailed, Problem
from watchword.model.base import ConfigObject
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot

READ = Kind("expressions_fine", "ok", "The sandbox reads every expression.")
INVALID = Kind(
    "configuration_invalid",
    "error",
    "The stored configuration is not valid, so the server does not start with it.",
    "Install the version that wrote it, or correct it there.",
)
UNREAD = Kind(
    "expression_unreadable",
    "error",
    "The sandbox cannot read an expression: whenever it is reached, it fails.",
    "Correct it, and try it on its page.",
)

KINDS = (READ, INVALID, UNREAD)


class Expression(NamedTuple):
    owner: ConfigObject
    noun: str
    source: str


async def check(patient: Patient) -> list[Finding]:
    if isinstance(patient.configuration_trouble, ConfigurationInvalid):
        return [_invalid(problem) for problem in patient.configuration_trouble.problems]
    expressions = list(_all(patient.the_snapshot()))
    found = []
    async with patient.new_sandbox(patient.settings) as sandbox:
        for one in expressions:
            try:
                await sandbox.parse(one.source)
            except ExpressionFailed as error:
                found.append(_unread(one, error))
    return found or [READ.found(f"The sandbox reads all of {len(expressions)} expressions.")]


def _invalid(problem: Problem) -> Finding:
    sentence = f"The stored configuration is not valid: {problem.field}: {problem.message}"
    return INVALID.found(sentence, about=f"{problem.model} “{problem.label}”")


def _unread(one: Expression, error: ExpressionFailed) -> Finding:
    where = f"{one.noun} “{one.owner.called}”"
    return UNREAD.found(f"The sandbox cannot read it: {error.told}", about=where, pk=one.owner.pk)


def _all(snapshot: Snapshot) -> Iterator[Expression]:
    for policy in snapshot.all(ExpressionPolicy):
        yield Expression(policy, "Policy", policy.expression)
    for mapping in snapshot.all(NotificationWebhookMapping):
        yield Expression(mapping, "Webhook mapping", mapping.expression)
    for prompt in snapshot.all(Prompt):
        for field in ("placeholder", "initial_value"):
            if getattr(prompt, f"{field}_expression"):
                yield Expression(prompt, "Prompt", getattr(prompt, field))
