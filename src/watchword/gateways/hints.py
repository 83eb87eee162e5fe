"""What a provider's own words for a failure ask for, long after it happened."""

from watchword.gateways.errors import Category
from watchword.gateways.explanations import EXPLANATIONS, Explanation
from watchword.gateways.generic.errors import meaning_of as generic_meaning
from watchword.gateways.twilio.errors import meaning_of as twilio_meaning

_REFUSED = 300


def explained(gateway: str, category: Category, error_code: str | None, status: int | None) -> Explanation:
    """`fix` is the provider's own where its code or its status says more than the category."""
    explanation = EXPLANATIONS[category]
    return explanation._replace(fix=_hint(gateway, error_code, status) or explanation.fix)


def dictionary_url(gateway: str, error_code: str | None) -> str:
    """Where the provider explains its code, or ""."""
    known = gateway == "twilio" and error_code is not None and error_code.isascii() and error_code.isdigit()
    return f"https://www.twilio.com/docs/api/errors/{error_code}" if known else ""


def _hint(gateway: str, error_code: str | None, status: int | None) -> str:
    if status is None or status < _REFUSED:
        return ""
    if gateway == "twilio":
        code = int(error_code) if error_code and error_code.isascii() and error_code.isdigit() else None
        return twilio_meaning(code, status).hint
    return generic_meaning(status).hint if gateway == "generic" else ""
