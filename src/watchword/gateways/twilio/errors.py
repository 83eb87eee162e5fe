"""What Twilio's error codes mean, and what to do (Twilio's error and warning dictionary).

Codes from 30000 come with a delivery's later status; the others in the answer itself.
"""

from typing import NamedTuple

from watchword.gateways.errors import Category


class Meaning(NamedTuple):
    """`permanent`: the same message through the same account will fail again. `retry_elsewhere`: another gateway may
    carry it; not where the account's owner has closed a country, nor after abuse, as that would walk around it.
    """

    category: Category
    hint: str
    """For the administrator."""
    permanent: bool = True
    retry_elsewhere: bool = False
    sentence: str | None = None
    """For the visitor, where the category's own does not fit."""


def _misconfigured(hint: str) -> Meaning:
    return Meaning("configuration", hint, retry_elsewhere=True)


COUNTRY = "Text messages cannot be sent to this country. Use another number."
STOPPED = "This number has asked to get no messages. Text START to our number, then try again."

MEANINGS: dict[int, Meaning] = {
    20003: _misconfigured("Account SID and token do not belong together: copy both again."),
    20008: _misconfigured("These are test credentials, which send nothing: take the live ones."),
    20404: _misconfigured("There is no such account: check the Account SID."),
    20429: Meaning("throttled", "Twilio asks to slow down.", permanent=False, retry_elsewhere=True),
    21211: Meaning("number", "Twilio takes the number for invalid."),
    21212: _misconfigured("The sender is not valid: check it."),
    21408: Meaning(
        "configuration",
        "The country is switched off in Twilio's geo permissions: switch it on there, or refuse it.",
        sentence=COUNTRY,
    ),
    21606: _misconfigured("The sender cannot send messages: use another number or a Messaging Service."),
    21608: _misconfigured("A trial account sends only to verified numbers: upgrade it."),
    21610: Meaning("number", "The recipient sent STOP to this sender.", sentence=STOPPED),
    21612: Meaning("route", "This sender cannot reach this number: use another one.", retry_elsewhere=True),
    21614: Meaning("number", "Not a mobile number."),
    21704: _misconfigured("The Messaging Service has no sender: add one."),
    30003: Meaning("delivery", "The handset is off or out of reach.", permanent=False),
    30004: Meaning("delivery", "Blocked by the recipient or the carrier.", retry_elsewhere=True),
    30005: Meaning("number", "The number is unknown to its carrier."),
    30006: Meaning("number", "A landline, or the carrier cannot be reached."),
    30007: Meaning(
        "delivery", "Filtered by the carrier as spam: change the words or the sender.", retry_elsewhere=True
    ),
    30008: Meaning("delivery", "Twilio does not know why.", permanent=False, retry_elsewhere=True),
    30034: _misconfigured("US traffic needs A2P 10DLC registration."),
    30450: Meaning("abuse", "Twilio blocked it as SMS pumping."),
    60410: Meaning("abuse", "Twilio blocked it as SMS pumping."),
}

_REDIRECTION = _misconfigured("Twilio's address redirects, which is not followed: check the base URL.")
_BY_STATUS: dict[int, Meaning] = {
    401: MEANINGS[20003],
    403: MEANINGS[20003],
    404: MEANINGS[20404],
    429: MEANINGS[20429],
}
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


_CODES = range(10_000, 100_000)


def code_in(said: object) -> int | None:
    """Twilio's code, which has five digits."""
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, int) and code in _CODES else None


def meaning_of(code: int | None, status: int) -> Meaning:
    """Unknown codes are read by their HTTP status, which is 300 or above."""
    if code in MEANINGS:
        return MEANINGS[code]
    if status < _CLIENT_ERROR:
        return _REDIRECTION
    return _BY_STATUS.get(status, Meaning("gateway", "", permanent=status < _SERVER_ERROR, retry_elsewhere=True))
