"""Blueprints that are kept, as the console shows them; and everything, saved as one."""

import pytest

from tests.people import OWNER
from tests.unit.web.client import Visitor
from tests.unit.web.house import NOW, House
from tests.unit.web.pages.html_tree import parse
from watchword.blueprints.reader import read
from watchword.storage.blueprint_instances import create_instance

BLUEPRINTS = "/if/admin/blueprints/"
FILE = f"{BLUEPRINTS}watchword.yaml"


async def keep(house: House, name: str, status: str = "unknown", **values: object) -> None:
    tried = NOW if status != "unknown" else None
    await house.services.database.run(
        create_instance, now=NOW, name=name, status=status, last_applied=tried, **{"content": "version: 1", **values}
    )


async def shown(admin: Visitor) -> str:
    answer = await admin.get(BLUEPRINTS)
    assert answer.status == 200
    return " ".join(parse(answer.text).text.split())


async def test_without_any_it_says_so(admin: Visitor) -> None:
    assert "There is none yet." in await shown(admin)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("successful", "Applied"),
        ("warning", "Applied with advice"),
        ("error", "Not applied the events tell why"),
        ("orphaned", "Its file is gone what it made is there"),
        ("unknown", "Not tried yet never"),
    ],
)
async def test_each_is_shown_with_what_became_of_it(house: House, admin: Visitor, status: str, words: str) -> None:
    await keep(house, "<b>doors</b>", status)
    text = await shown(admin)
    assert "1 blueprint" in text
    assert f"<b>doors</b> given to the API {words}" in text


async def test_one_that_is_switched_off_says_so(house: House, admin: Visitor) -> None:
    await keep(house, "doors", "successful", enabled=False)
    assert "Applied switched off" in await shown(admin)


async def test_a_file_that_is_not_here_is_gone(house: House, admin: Visitor) -> None:
    await keep(house, "doors", "successful", path="watched/doors.yaml", content="")
    assert "watched/doors.yaml Its file is gone" in await shown(admin)


async def test_a_failure_leads_to_its_events(house: House, admin: Visitor) -> None:
    await keep(house, "doors", "error")
    address = "/if/admin/events/?action=blueprint_failed"
    assert f'href="{address}"' in (await admin.get(BLUEPRINTS)).text
    assert (await admin.get(address)).status == 200


async def test_everything_is_saved_without_people_and_secrets(house: House, admin: Visitor) -> None:
    assert f'href="{FILE}"' in (await admin.get(BLUEPRINTS)).text
    answer = await admin.get(FILE)
    assert answer.header("content-disposition") == 'attachment; filename="watchword.yaml"'
    models = {entry.model for entry in read(answer.text, "x").entries}
    assert "authentik_flows.flow" in models
    assert "authentik_core.user" not in models
    assert OWNER.username not in answer.text
    assert house.services.configuration.snapshot.revision


@pytest.mark.parametrize("address", [BLUEPRINTS, FILE])
async def test_nobody_else_sees_them(owner: Visitor, stranger: Visitor, address: str) -> None:
    assert (await owner.get(address)).status == 403
    assert (await stranger.get(address)).status in (302, 303)
