"""What the stages that send codes remember between two requests of one execution."""

from datetime import datetime, timedelta
from typing import Literal, Self

import msgspec

from watchword.codes import resend_wait
from watchword.flows.one_time_code import IssuedCode
from watchword.flows.run import Run


class CodeState(msgspec.Struct, kw_only=True):
    """A code on its way to a number. `sending` says that a message is, or at a crash was, on its way: its code
    counts already.
    """

    phase: Literal["number", "sending", "code"] = "number"
    number_key: str = ""
    masked: str = ""
    code: IssuedCode | None = None
    notice: str = ""
    sending_since: datetime | None = None

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

    def wait(self, now: datetime) -> int:
        """Seconds until the next message to this number may go out."""
        if self.last is None:
            return 0
        ready = self.last + timedelta(seconds=resend_wait(self.count))
        return max(0, -int(-(ready - now).total_seconds() // 1))


def sent_to(run: Run, number_key: str) -> SentTo:
    return msgspec.convert(run.execution.sent.get(number_key, {}), SentTo)


def note_sent(run: Run, number_key: str) -> None:
    count = sent_to(run, number_key).count + 1
    run.execution.sent = {**run.execution.sent, number_key: msgspec.to_builtins(SentTo(count=count, last=run.now))}
