"""What the doctor finds."""

from typing import Literal, NamedTuple

import msgspec

from watchword.scrub import mask_numbers

Severity = Literal["ok", "advice", "warning", "error"]
"""`advice` may stay as it is; a `warning` will hurt one day, or some people today; with an `error` something does not
work.
"""

SEVERITIES: tuple[Severity, ...] = ("ok", "advice", "warning", "error")
"""In ascending order."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`about` is what it concerns where there are several, as a stage's name; `pk` is that one's. It holds neither a
    secret nor a full number.
    """

    code: str
    severity: Severity
    sentence: str
    fix: str = ""
    about: str = ""
    pk: str = ""


class Kind(NamedTuple):
    """Everything that can be found is declared as one of these. `fix` is what to do where a finding says nothing
    better.
    """

    code: str
    severity: Severity
    means: str
    fix: str = ""

    def found(self, sentence: str = "", *, fix: str = "", about: str = "", pk: str = "") -> Finding:
        """`sentence` is what is so here; without it, what the kind means."""
        return Finding(
            code=self.code,
            severity=self.severity,
            sentence=mask_numbers(sentence or self.means),
            fix=mask_numbers(fix or self.fix),
            about=mask_numbers(about),
            pk=pk,
        )


class NotChecked(Exception):
    """A check has nothing to go by; the message says why, as a sentence."""
