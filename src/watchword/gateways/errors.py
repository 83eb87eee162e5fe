"""Why a message was not sent."""

from typing import Literal

from watchword.errors import WatchwordError

Category = Literal[
    "configuration",
    "throttled",
    "number",
    "route",
    "delivery",
    "abuse",
    "network",
    "gateway",
    "mapping",
    "busy",
    "resting",
]

UNASKED: frozenset[Category] = frozenset({"busy", "resting"})
"""Failures by our own limits, which came before the gateway was asked. There may be thousands at once, all of one cause
that is told once.
"""

TRY_AGAIN = "The message could not be sent. Please try again in a moment."

SENTENCES: dict[Category, str] = {
    "number": "This number cannot receive text messages. Check it, or use another one.",
    "abuse": "No message can be sent to this number.",
    "route": "This number cannot be reached. Use another one.",
    "throttled": "Too many messages are being sent. Please try again in a minute.",
    "busy": "Too many messages are being sent. Please try again in a minute.",
}
"""What a visitor reads; for every other category `TRY_AGAIN`. Never the gateway's answer."""


class SendError(WatchwordError):
    """The message could not be sent. Please try again in a moment."""

    code = "send_failed"
    status = 502

    def __init__(
        self,
        category: Category,
        detail: str,
        *,
        permanent: bool = False,
        retry_elsewhere: bool = False,
        sentence: str | None = None,
        http_status: int | None = None,
        provider_code: int | str | None = None,
        retry_after: int | None = None,
        hint: str = "",
        answer: str = "",
    ) -> None:
        """`detail` is for the administrator, with secrets, code and number removed, and so is `answer`, the gateway's
        own words in it; `hint` is what to do about it, where that is known; `retry_after` in seconds.
        """
        super().__init__(sentence or SENTENCES.get(category, TRY_AGAIN))
        self.category = category
        self.detail = detail
        self.permanent = permanent
        self.retry_elsewhere = retry_elsewhere
        self.http_status = http_status
        self.provider_code = provider_code
        self.retry_after = retry_after
        self.hint = hint
        self.answer = answer
