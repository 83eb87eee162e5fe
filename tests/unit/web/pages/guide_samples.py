"""What a form says beside its fields, with some text wherever text can stand."""

from typing import Any, get_args

import msgspec

from watchword.gateways.check import Finding, Severity
from watchword.web.pages.console.control import Checking
from watchword.web.pages.console.guide import Step, Steps
from watchword.web.pages.console.manual.chapters import Link


def guided(text: str) -> dict[str, Any]:
    """Of a control."""
    step = Step("sid", text, "https://console.example.org/")
    steps = (
        Steps("twilio", 1, (step, Step("sid", text)), text, Link("/if/admin/docs/twilio/", text)),
        Steps("generic", 3, (step,)),
    )
    return {"steps": steps, "advice": (text, text), "shapes": msgspec.json.encode({"twilio": {"fits": text}}).decode()}


def checking(text: str, problems: tuple[str, ...] = ()) -> Checking:
    """With what was found, or with the problems."""
    findings = () if problems else tuple(Finding(severity, text, text) for severity in get_args(Severity))
    return Checking(
        trial="/if/admin/stages/1/try/",
        url="/if/admin/stages/1/check/",
        steps=guided(text)["steps"],
        findings=findings,
        problems=problems,
    )
