"""The page before something is done that is not easily taken back: it says what will happen."""

from typing import NamedTuple

import msgspec

from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.row_forms import UNDERSTOOD
from watchword.web.pages.render import render


class Cost(NamedTuple):
    """What a deed comes to. `means` are sentences; `gone` goes with it, `emptied` no longer refers to it; what is
    `blocked` has to be changed first.
    """

    means: tuple[str, ...]
    gone: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    warning: str = ""


class Confirm(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever loses his own rights by it is told so by `own`, and has to tick that he knows."""

    title: str
    cost: Cost
    own: str = ""
    button: str
    errors: tuple[str, ...] = ()

    @property
    def understood(self) -> str:
        return UNDERSTOOD if self.own else ""


async def confirm_page(desk: Desk, action: str, back: str, confirm: Confirm) -> str:
    page = await desk.page(action, back)
    return render("admin/confirm.html", page=page, confirm=confirm, problems=bool(confirm.errors))
