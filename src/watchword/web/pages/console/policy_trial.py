"""A policy is tried with several numbers at once: those that should pass, and those that should not."""

from collections.abc import Iterator, Mapping
from typing import Any

from watchword.administration.trying import try_policy
from watchword.expressions.policies import PolicyAnswer
from watchword.model.policy import ExpressionPolicy
from watchword.web.pages.console import samples, trials
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.fact import Fact
from watchword.web.pages.console.trials import Result, Tried
from watchword.web.sessions import http_view


async def try_out(desk: Desk, source: str, given: samples.Given) -> Tried:
    """Raises `FieldsInvalid` for a sample that is none."""
    policy = ExpressionPolicy(name="as it is typed", expression=source)
    numbers, context = samples.numbers(given), samples.context(given)
    user, http = await samples.user(desk.services, given), http_view(desk.request, desk.visit.address)
    results, line = [], None
    for number in numbers:
        asked = {"phone": number, **samples.part(context, "prompt_data")}
        values = {"user": user, "context": {**context, "prompt_data": asked}}
        answer, milliseconds = await try_policy(desk.services, policy, values, http)
        facts = (*_facts(answer, asked), trials.time(milliseconds))
        title = number or "Without a number"
        results.append(Result(title=title, verdict=_verdict(answer), passed=answer.passing, facts=facts))
        line = line or answer.line
    return Tried(results=tuple(results), line=line)


def _verdict(answer: PolicyAnswer) -> str:
    if answer.failed:
        return "It fails."
    if answer.raw_result is None:
        return "It does not pass: it returned nothing."
    return "It passes." if answer.passing else "It does not pass."


def _facts(answer: PolicyAnswer, asked: Mapping[str, Any]) -> Iterator[Fact]:
    yield trials.text("What went wrong" if answer.failed else "Messages", answer.messages or ["None."])
    if answer.logs:
        yield trials.text("Log", [f"{log.level}: {log.event} {dict(log.values) or ''}".rstrip() for log in answer.logs])
    if answer.prompt_data is not None and answer.prompt_data != asked:
        yield trials.json("prompt_data afterwards", answer.prompt_data)
