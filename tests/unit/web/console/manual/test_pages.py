"""The manual in the console: for administrators, and for nobody else."""

import pytest

from tests.unit.web.client import Visitor
from tests.unit.web.pages.html_tree import parse
from watchword.web.pages.console.manual.chapters import MANUAL, NAMES, chapter


async def test_the_contents_lead_to_every_chapter(admin: Visitor) -> None:
    page = parse((await admin.get(MANUAL)).text)
    links = {tag.attrs["href"] for tag in page.one("main").all("a")}
    assert links == {f"{MANUAL}{name}/" for name in NAMES}
    assert page.one("nav", class_="sections wide").one("a", aria_current="page").text == "Manual"


@pytest.mark.parametrize("name", ["twilio", "reference", "changelog"])
async def test_a_chapter_is_shown(admin: Visitor, name: str) -> None:
    answer = await admin.get(f"{MANUAL}{name}/")
    assert answer.status == 200
    page = parse(answer.text)
    assert page.one("h1").text == chapter(name).title
    assert page.one("article", class_="manual").text.count(" ") > 20


@pytest.mark.parametrize("name", ["nothing", "..%2fpyproject", "twilio.md", "%00", "x" * 3000])
async def test_what_is_no_chapter_is_not_found(admin: Visitor, name: str) -> None:
    assert (await admin.get(f"{MANUAL}{name}/")).status == 404


async def test_a_form_leads_to_the_manual(admin: Visitor) -> None:
    page = parse((await admin.get("/if/admin/stages/new/authenticatorsmsstage/")).text)
    links = [tag.attrs["href"] or "" for tag in page.one("main").all("a")]
    for name in ("twilio", "generic-gateway", "verify-only", "limiting-numbers"):
        assert any(link.startswith(f"{MANUAL}{name}/") for link in links), name


async def test_only_administrators_read_it(owner: Visitor, stranger: Visitor) -> None:
    for address in (MANUAL, f"{MANUAL}twilio/"):
        assert (await owner.get(address)).status == 403
        assert (await stranger.get(address)).status == 303
