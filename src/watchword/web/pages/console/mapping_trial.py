"""A webhook mapping is tried with a sample of a message, and shows what would be posted."""

from watchword.administration.trying import SAMPLE_CODE, try_mapping
from watchword.model.mapping import NotificationWebhookMapping
from watchword.web.pages.console import samples, trials
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.trials import Result, Tried
from watchword.web.sessions import http_view


async def try_out(desk: Desk, source: str, given: samples.Given) -> Tried:
    """Raises `FieldsInvalid` for a sample that is none."""
    mapping = NotificationWebhookMapping(name="as it is typed", expression=source)
    context = samples.context(given)
    device = {"phone_number": given.get(samples.NUMBER.name, ""), **samples.part(context, "device")}
    about = {"token": SAMPLE_CODE, **context, "device": device}
    values = {"user": await samples.user(desk.services, given), "context": about}
    result = await try_mapping(desk.services, mapping, values, http_view(desk.request, desk.visit.address))
    time = trials.time(result.milliseconds)
    if result.failure:
        return trials.failed(result.failure, result.line, time)
    if not isinstance(result.value, dict):
        kind = type(result.value).__name__
        return trials.failed(f"The mapping must return a dict; it returned {kind}.", None, time)
    facts = (trials.json("What is posted", result.value), time)
    return Tried(results=(Result(verdict="It makes a message.", passed=True, facts=facts),))
