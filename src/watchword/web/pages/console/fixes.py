"""How what went wrong is mended, in words."""

from typing import Any

from watchword.gateways.errors import Category
from watchword.gateways.generic import errors as generic
from watchword.gateways.twilio import errors as twilio
from watchword.model.base import ConfigObject
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.user_write import UserWriteStage

BY_CATEGORY: dict[Category, str] = {
    "configuration": "Check the gateway’s address, the sender and the credentials, then send a test message.",
    "throttled": "It passes by itself. If it comes back, ask the gateway for a higher rate.",
    "number": "Nothing to mend here: the visitor was asked for another number.",
    "route": "Use a sender that reaches these numbers, or refuse their country with a policy.",
    "delivery": "One that fails now and then is usual. If many do, change the words of the message or the sender.",
    "abuse": "Leave it blocked. Refuse the countries that you have no users in with a policy.",
    "network": "See that this server can reach the gateway’s address, and whether the gateway has trouble.",
    "gateway": "The gateway’s own trouble, which often passes. If it goes on, its answer says more.",
    "mapping": "Correct the webhook mapping, and try it on its page.",
    "busy": "It passes by itself. If it comes back, ask the gateway how many messages it takes at once.",
    "resting": "It is tried again by itself. See why it failed, and whether the gateway has trouble.",
}

BY_KIND = {
    "syntax": "Correct what cannot be read",
    "timeout": "Make it do less: it took too long",
    "memory": "Make it do less: it took too much memory",
    "crash": "Make it do less: it was stopped",
    "answer": "Let it return what is expected",
}

UNPROVEN = "Let the flow ask for a password or an authenticator before this stage."
NOTHING_TO_SET_UP = "Choose under “To set one up” what visitors without an authenticator may set up."
UNKNOWN = "Look at the event’s details, and at the server’s log."
INSIDE = "Look for the request’s id in the server’s log."


def of_message(context: dict[str, Any]) -> str:
    """What the gateway's answer means comes first, where it is known, and what to do where that does not say it."""
    category = context.get("category")
    hint = hint_of(context)
    if hint and category == "configuration":
        return hint
    general = BY_CATEGORY.get(category, UNKNOWN) if isinstance(category, str) else UNKNOWN  # type: ignore[call-overload] # an event may say anything
    return f"{hint} {general}".strip()


def hint_of(context: dict[str, Any]) -> str:
    """Of a Twilio error by its code, of an endpoint's by its status; "" where it has none."""
    code, status = context.get("error_code"), context.get("status")
    if not isinstance(status, int) or not isinstance(code, int | None):
        return ""
    meaning: twilio.Meaning | generic.Meaning
    match context.get("gateway"):
        case "twilio":
            meaning = twilio.meaning_of(code, status)
        case "generic":
            meaning = generic.meaning_of(status)
        case _:
            return ""
    # Else it failed in another way than by this answer.
    return meaning.hint if meaning.category == context.get("category") else ""


def of_expression(context: dict[str, Any]) -> str:
    """For a policy's or a prompt's."""
    kind, line = str(context.get("kind", "")), context.get("line")
    deed = BY_KIND.get(kind, "Correct what failed")
    place = f" in line {line}" if isinstance(line, int) and kind in ("syntax", "error") else ""
    return f"{deed}{place}, then try it."


def of_configuration(stage: ConfigObject | None) -> str:
    match stage:
        case UserWriteStage():
            return UNPROVEN
        case AuthenticatorValidateStage():
            return NOTHING_TO_SET_UP
    return "Look at the flow’s steps, and at the settings of the stage."
