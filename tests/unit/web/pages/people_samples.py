"""The console's pages about people, with some text wherever text can stand."""

from msgspec import structs

from watchword.storage.events import EventRow
from watchword.storage.groups import Group
from watchword.storage.users import User
from watchword.web.pages.console.paging import Pages
from watchword.web.pages.console.people.confirming import Confirm, Cost
from watchword.web.pages.console.people.group_page import GroupShown, render_group
from watchword.web.pages.console.people.token_key import KeyShown, render_key
from watchword.web.pages.console.people.user_page import Kept, Person, render_person
from watchword.web.pages.console.shown import Row
from watchword.web.pages.console.tables import Cell, Table
from watchword.web.pages.render import DeviceRow, Page, render


def people_pages(
    on: Page, text: str, wrong: str | None, user: User, devices: tuple[DeviceRow, ...], event: EventRow
) -> dict[str, str]:
    someone = _person(text, user, devices, event)
    nobody = structs.replace(someone, is_me=False, groups=(), devices=(), tokens=(), uses=(), events=(), sessions=0)
    group = _group(text, wrong)
    alone = structs.replace(group, above=None, below=(), uses=(), members=_members(), granting=False, search="")
    confirm = _confirm(text, wrong)
    return {
        "console: user": render_person(on, someone),
        "console: user with nothing": render_person(on, nobody),
        "console: group": render_group(on, group),
        "console: group with nobody": render_group(on, alone),
        "console: key": render_key(on, KeyShown(identifier=text, url="/if/admin/tokens/1/", key="k" * 60)),
        "console: key that was shown": render_key(on, KeyShown(identifier=text, url="/if/admin/tokens/1/", key="")),
        "console: confirm": render("admin/confirm.html", page=on, confirm=confirm, problems=bool(wrong)),
        "console: blocked deed": render(
            "admin/confirm.html",
            page=on,
            confirm=structs.replace(confirm, own="", cost=Cost((text,), blocked=(text,))),
            problems=bool(wrong),
        ),
    }


def _row(text: str) -> Row:
    return Row(name=text, url="/if/admin/groups/1/", about=text)


def _person(text: str, user: User, devices: tuple[DeviceRow, ...], event: EventRow) -> Person:
    return Person(
        user=user,
        url="/if/admin/users/1/",
        is_me=True,
        superuser=True,
        groups=(_row(text),),
        devices=tuple(Kept(row, f"d-{number}", f"/if/admin/devices/{number}/") for number, row in enumerate(devices)),
        sessions=2,
        sessions_url="/if/admin/sessions/?user=1",
        tokens=(_row(text),),
        new_token="/if/admin/tokens/new/",
        uses=(_row(text),),
        events=(event,),
    )


def _members(*texts: str) -> Table:
    return Table(
        label="Members", columns=("User", "Name"), rows=tuple((Cell(text, "/a/"), Cell(text)) for text in texts)
    )


def _group(text: str, wrong: str | None) -> GroupShown:
    return GroupShown(
        group=Group(pk="g", name=text, is_superuser=True),
        url="/if/admin/groups/g/",
        granting=True,
        above=_row(text),
        below=(_row(text), _row(text)),
        uses=(_row(text),),
        members=_members(text, text),
        pages=Pages(),
        search=text,
        adding=text,
        errors=(wrong,) if wrong else (),
    )


def _confirm(text: str, wrong: str | None) -> Confirm:
    return Confirm(
        title=text,
        cost=Cost((text, text), gone=(text,), emptied=(text,), warning=text),
        own=text,
        button="Delete",
        errors=(wrong,) if wrong else (),
    )
