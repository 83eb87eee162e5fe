"""Which expressions can be tried in their form, with what, and how."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import msgspec

from watchword.administration.trying import SAMPLE_CODE
from watchword.errors import FieldsInvalid
from watchword.model.base import ConfigObject
from watchword.model.input import read_fields
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.syntax import syntax_problem
from watchword.web.pages.console import mapping_trial, policy_trial, samples, trials
from watchword.web.pages.console.control import Control
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.trials import Sample, Tried

Form = Mapping[str, list[str]]


class Kind(NamedTuple):
    lede: str
    controls: tuple[Control, ...]
    try_out: Callable[[Desk, str, samples.Given], Awaitable[Tried]]


KINDS: dict[type[ConfigObject], Kind] = {
    ExpressionPolicy: Kind(
        "What is typed above is tried, saved or not. Nothing changes, and no event is left.",
        (samples.WHO, samples.MANY, samples.CONTEXT),
        policy_trial.try_out,
    ),
    NotificationWebhookMapping: Kind(
        f"What is typed above is tried, saved or not. Nothing is sent. The code is {SAMPLE_CODE}.",
        (samples.WHO, samples.NUMBER, samples.CONTEXT),
        mapping_trial.try_out,
    ),
}


def sample_of(desk: Desk, cls: type[ConfigObject], url: str, form: Form | None, tried: Tried | None) -> Sample | None:
    """As it was typed, or as it begins; None for what is not tried in its form."""
    kind = KINDS.get(cls)
    if kind is None:
        return None
    typed = form or {samples.WHO.name: [desk.user.username]}
    errors = tried.errors if tried else {}
    controls = tuple(
        msgspec.structs.replace(one, value=typed.get(one.name, [one.value])[-1], errors=tuple(errors.get(one.name, ())))
        for one in kind.controls
    )
    return Sample(lede=kind.lede, url=url, controls=controls, tried=tried)


async def try_typed(desk: Desk, cls: type[ConfigObject], form: Form) -> Tried:
    """What is wrong with the expression is a result like any other."""
    given = {name: values[-1] for name, values in form.items()}
    try:
        source = read_fields(cls, {"expression": given.get("expression", "")}, partial=True)["expression"]
    except FieldsInvalid as error:
        return trials.failed(error.sentences[0])
    if problem := syntax_problem(source):
        return trials.failed(problem.said, problem.line)
    try:
        return await KINDS[cls].try_out(desk, source, given)
    except FieldsInvalid as error:
        return Tried(errors=error.errors)
