"""What the stages that send codes remember between two requests of one execution."""

from datetime import datetime, timedelta
from typing import Literal, Self

import msgspec

from watchword.clock import seconds_until
from watchword.codes import RESEND_WAITS, resend_wait
from watchword.flows.limits import Held
from watchword.flows.one_time_code import IssuedCode
from watchword.flows.run import Run
from watchword.metrics.throttles import RESEND_WAIT

SENDING = timedelta(seconds=RESEND_WAITS[0])
"""After this long a message counts as no longer on its way: the process that sent it must have died."""


class CodeState(msgspec.Struct, kw_only=True):
    """A code on its way to a number. `sending` says that a message is, or at a crash was, on its way: its code
    counts already.
    """

    phase: Literal["number", "sending", "code"] = "number"
    number_key: str = ""
    masked: str = ""
    code: IssuedCode | None = None
    notice: str = ""

    @classmethod
    def of(cls, run: Run) -> Self:
        return msgspec.convert(run.state, cls)

    def keep(self, run: Run) -> None:
        run.execution.stage_state = msgspec.to_builtins(self)


class SMSState(CodeState, kw_only=True):
    """And what was typed to get there."""

    typed: str = ""
    region: str = ""
    number: str = ""
    """E.164; the execution that holds it is sealed."""


class SentTo(msgspec.Struct, kw_only=True):
    """Messages sent to one number in one execution, wherever its visitor went in between."""

    count: int = 0
    """Those that other runs were known to have sent included."""
    last: datetime | None = None
    sending: datetime | None = None
    """Since when one is on its way."""
    held: datetime | None = None
    """Until then the number's wait lasted when it was last asked about, whoever began it."""

    def wait(self, now: datetime) -> int:
        """Seconds until the next message to this number may go out."""
        return max(self._after_the_last(now), self._on_its_way(now))

    def countdown(self, now: datetime) -> int:
        """The same to be shown. What was only told is not held to: the other's message may have failed."""
        told = seconds_until(self.held, now) if self.held else 0
        return max(self.wait(now), min(told, RESEND_WAITS[-1]))

    def _after_the_last(self, now: datetime) -> int:
        return seconds_until(self.last + timedelta(seconds=resend_wait(self.count)), now) if self.last else 0

    def _on_its_way(self, now: datetime) -> int:
        # One that was sent in the future was sent before the clock was set back: nobody waits for that moment.
        return seconds_until(self.sending + SENDING, now) if self.sending and self.sending <= now else 0

    def keep(self, run: Run, number_key: str) -> None:
        run.execution.sent = {**run.execution.sent, number_key: msgspec.to_builtins(self)}


def sent_to(run: Run, number_key: str) -> SentTo:
    """The last one now, where it lies in the future: after a clock was set back the wait is as long as ever, from then
    on, and not a day.
    """
    found = msgspec.convert(run.execution.sent.get(number_key, {}), SentTo)
    if found.last and found.last > run.now:
        found.last = run.now
        found.keep(run, number_key)
    return found


def note_sent(run: Run, number_key: str) -> None:
    SentTo(count=sent_to(run, number_key).count + 1, last=run.now).keep(run, number_key)


def note_held(run: Run, number_key: str, held: Held) -> None:
    """So that the page counts down what it tells."""
    if held.limit == RESEND_WAIT:
        until = run.now + timedelta(seconds=held.seconds)
        msgspec.structs.replace(sent_to(run, number_key), held=until).keep(run, number_key)


def note_others(run: Run, number_key: str, count: int) -> None:
    """So many went out before, in whatever runs: the next wait is as long as theirs would be."""
    known = sent_to(run, number_key)
    if count > known.count:
        msgspec.structs.replace(known, count=count).keep(run, number_key)


def note_sending(run: Run, number_key: str, since: datetime | None) -> None:
    """None where it did not go out: no wait has begun."""
    msgspec.structs.replace(sent_to(run, number_key), sending=since).keep(run, number_key)
