"""What the statuses of an endpoint mean, and what the administrator can do."""

from typing import NamedTuple

from watchword.gateways.errors import Category


class Meaning(NamedTuple):
    category: Category
    hint: str = ""
    permanent: bool = False


_MOVED = Meaning("configuration", "The endpoint redirects, which is not followed: give its new address.", True)
_CREDENTIALS = Meaning("configuration", "The endpoint does not take these credentials: check them.", True)
_ADDRESS = Meaning("configuration", "Nothing takes messages at this address: check it.", True)
_TOO_MANY = Meaning("throttled", "The endpoint asks to slow down.")

MEANINGS: dict[int, Meaning] = {
    401: _CREDENTIALS,
    403: _CREDENTIALS,
    404: _ADDRESS,
    405: _ADDRESS,
    410: _ADDRESS,
    429: _TOO_MANY,
}

_REDIRECTION, _CLIENT_ERROR = 300, 400


def meaning_of(status: int) -> Meaning:
    """For statuses from 300 on; one that is not listed is the endpoint's own trouble, which may pass."""
    if _REDIRECTION <= status < _CLIENT_ERROR:
        return _MOVED
    return MEANINGS.get(status, Meaning("gateway"))
