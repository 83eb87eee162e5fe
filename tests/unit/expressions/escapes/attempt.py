"""One attempt to get out of the sandbox, or to harm what is outside."""

from typing import Any, NamedTuple

SECRET = "canary-5fb2c1"
"""In the environment, the cookies, the headers, the credentials and the codes that no expression may see."""


class Fails(NamedTuple):
    """It ends as a failure of one of these kinds, and the detail has these words."""

    kinds: str
    words: str = ""


class Harmless(NamedTuple):
    """It ends with this value, which gives nothing away."""

    value: Any


class Attempt(NamedTuple):
    tries: str
    source: str
    ends: Fails | Harmless


NO_ATTRIBUTE = Fails("error", "has no attribute")
NO_NAME = Fails("error", "is not defined")
NO_MODULE = Fails("error", "No module named")
REFUSED = Fails("error", "ermi")
NOT_TAKEN = Fails("error", "does not take this")
UNSUPPORTED = Fails("error", "not supported in this environment")
NOT_READ = Fails("error", "does not yet support")
EXHAUSTED = Fails("memory timeout crash")
