"""What the stages that send codes remember between two requests of one execution."""

from datetime import datetime, timedelta
from typing import Literal, Self

import msgspec

from watchword.codes import resend_wait
from watchword.flows.one_time_code import IssuedCode
from watchword.flows.run import Run

SENDING = timedelta(seconds=15)
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
    last: datetime | None = None
    sending: datetime | None = None
    """Since when one is on its way."""

    def wait(self, now: datetime) -> int:
        """Seconds until the next message to this number may go out; 1 at least while one is on its way."""
        on_its_way = 1 if self.sending and now < self.sending + SENDING else 0
        if self.last is None:
            return on_its_way
        ready = self.last + timedelta(seconds=resend_wait(self.count))
        return max(on_its_way, -int(-(ready - now).total_seconds() // 1))


def sent_to(run: Run, number_key: str) -> SentTo:
    return msgspec.convert(run.execution.sent.get(number_key, {}), SentTo)


def note_sent(run: Run, number_key: str) -> None:
    _note(run, number_key, SentTo(count=sent_to(run, number_key).count + 1, last=run.now))


def note_sending(run: Run, number_key: str, since: datetime | None) -> None:
    """None where it did not go out: no wait has begun."""
    _note(run, number_key, msgspec.structs.replace(sent_to(run, number_key), sending=since))


def _note(run: Run, number_key: str, sent: SentTo) -> None:
    run.execution.sent = {**run.execution.sent, number_key: msgspec.to_builtins(sent)}
