"""What Twilio's answers to a question about the account mean."""

from watchword.gateways.check import Finding
from watchword.gateways.exchange import Answer
from watchword.gateways.twilio.errors import code_in, meaning_of
from watchword.gateways.twilio.settings import TwilioSettings

DENIED = frozenset({401, 403})

_REDIRECTION, _CLIENT_ERROR, _SERVER_ERROR = 300, 400, 500

_STATUSES = {
    "active": Finding("ok", "Twilio takes the credentials, and the account is active."),
    "suspended": Finding(
        "error",
        "Twilio takes the credentials, but has suspended the account: nothing is sent.",
        "The first page of Twilio’s console says why; often it is the balance.",
    ),
    "closed": Finding(
        "error",
        "Twilio takes the credentials, but the account is closed: nothing is sent.",
        "Use another account; Twilio’s support may open this one again.",
    ),
}
_TYPES = {
    "Trial": Finding(
        "warning",
        "It is a trial account: it sends only to verified numbers, and begins each message with a sentence of its own.",
        "Verify your number at Twilio (Phone Numbers, Manage, Verified Caller IDs), or upgrade the account.",
    ),
    "Full": Finding("ok", "It is a full account, which is not bound to verified numbers."),
}

_IN_TROUBLE = "Try again in a while; Twilio’s status page tells of its troubles."
_LOOK_IT_UP = "Twilio’s list of errors and warnings says what its code means."
_NOT_TWILIO = "Check “Twilio's address”, which is empty for Twilio itself. A proxy on the way may answer in its place."


def of_account(said: object) -> tuple[Finding, ...]:
    """An account's description. It holds the Auth Token, so nothing of it is passed on."""
    status = said.get("status") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(status, str):
        return (Finding("warning", "Something answers there, and not as Twilio does.", _NOT_TWILIO),)
    known = _STATUSES.get(status)
    kind = _TYPES.get(str(said.get("type")))
    unknown = Finding("warning", "Twilio takes the credentials, and gives the account a status that is not known here.")
    return tuple(finding for finding in (known or unknown, kind) if finding)


def of_key(answer: Answer, settings: TwilioSettings) -> tuple[Finding, ...]:
    """For messages that nobody got: most API keys may not read the account, but the messages (Twilio: key types)."""
    if answer.status < _REDIRECTION:
        sentence = "Twilio takes the API key. The key may not read the account, so whether that is active is not known."
        return (Finding("ok", sentence, "A test message tells."),)
    if answer.status == 403:
        sentence = "Twilio does not let the API key read messages: whether it may send them is not known."
        return (Finding("warning", sentence, "A restricted key needs the right to create messages. A test tells."),)
    if answer.status == 401:
        fix = "Copy its SID and secret again; the secret is shown only once, so it may take a new key."
        return (Finding("error", "Twilio does not take the API key for this account.", fix),)
    return of_refusal(answer, settings)


def of_refusal(answer: Answer, settings: TwilioSettings) -> tuple[Finding, ...]:
    said = answer.json()
    if _CLIENT_ERROR <= answer.status < _SERVER_ERROR and not isinstance(said, dict):
        sentence = f"Something answers there with status {answer.status}, and not as Twilio does."
        return (Finding("error", sentence, _NOT_TWILIO),)
    code = code_in(said)
    meaning = meaning_of(code, answer.status)
    told = f"status {answer.status}, its code {code}" if code else f"status {answer.status}"
    finding = Finding(
        "warning" if meaning.category == "throttled" else "error",
        f"Twilio says no: {told}.",
        meaning.hint or (_IN_TROUBLE if answer.status >= _SERVER_ERROR else _LOOK_IT_UP),
    )
    looks = settings.warnings() if meaning.category == "configuration" else []
    return (finding, *(Finding("warning", sentence) for sentence in looks))
