"""What may stand in a label: few words, known beforehand."""

import re

_COUNTRY = re.compile(r"[A-Z]{2}")

OTHER = "other"
UNKNOWN = "unknown"


def country_label(region: str | None) -> str:
    """Two letters of ISO 3166-1; `other` for what is no country (satellites, international services)."""
    if not region:
        return UNKNOWN
    return region if _COUNTRY.fullmatch(region) else OTHER
