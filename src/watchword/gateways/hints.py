"""What a provider's own code or status for a failure says, long after it happened."""

from watchword.gateways.generic.errors import meaning_of as generic_meaning
from watchword.gateways.twilio.errors import meaning_of as twilio_meaning

_REFUSED = 300


def hint_of(gateway: str, error_code: str | None, status: int | None) -> str:
    """For the administrator, or "" where nothing is known of it."""
    if status is None or status < _REFUSED:
        return ""
    if gateway == "twilio":
        return twilio_meaning(_number(error_code), status).hint
    return generic_meaning(status).hint if gateway == "generic" else ""


def dictionary_url(gateway: str, error_code: str | None) -> str:
    """Where the provider explains its code, or ""."""
    number = _number(error_code)
    return f"https://www.twilio.com/docs/api/errors/{number}" if gateway == "twilio" and number else ""


def _number(error_code: str | None) -> int | None:
    """Twilio's codes have five digits."""
    known = error_code is not None and error_code.isascii() and error_code.isdigit() and len(error_code) == 5
    return int(error_code) if error_code and known else None
