"""The doctor's page with some text wherever text can stand."""

from datetime import UTC, datetime

from msgspec import structs

from watchword.web.pages.console.doctor_shown import WORDS, Examined, Skipped, Told
from watchword.web.pages.console.rendering import render_doctor
from watchword.web.pages.render import Page

MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def told(text: str) -> tuple[Told, ...]:
    """One of each severity, the worst first."""
    full = Told(
        title=text, severity="ok", word="", sentence=text, fix=text, about=text, url="/if/admin/stages/1/", deed=text
    )
    bare = structs.replace(full, fix="", about="", url="", deed="")
    words = dict(reversed(WORDS.items()))
    return tuple(
        structs.replace(one, severity=severity, word=word) for severity, word in words.items() for one in (full, bare)
    )


def doctor_pages(on: Page, text: str, wrong: str | None) -> dict[str, str]:
    all_of_them = told(text)
    examined = Examined(
        summary=text,
        tone="danger",
        at=MOMENT,
        wrong=all_of_them[:-2],
        well=all_of_them[-2:],
        skipped=(Skipped(title=text, why=text),),
    )
    well = structs.replace(examined, tone="success", wrong=(), skipped=(), ask=False)
    return {
        "console: doctor": render_doctor(on, Examined(refused=wrong or "")),
        "console: doctor's findings": render_doctor(on, examined),
        "console: nothing wrong": render_doctor(on, well),
        "console: doctor's warnings": render_doctor(on, structs.replace(examined, tone="warning", well=())),
    }
