"""The console is for superusers: strangers are led to the sign-in, everybody else is refused, whatever is asked."""

import re
from typing import Any

import pytest

from tests.people import OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Visitor
from tests.unit.web.house import House
from tests.unit.web.test_devices import add_phone, user
from watchword.model.flow import Flow
from watchword.stages.deny import DenyStage
from watchword.web.pages.console.routes import console_routes

PATHS = sorted((method, path) for route in console_routes() for path in route.paths for method in route.http_methods)


@pytest.fixture
async def known(house: House) -> dict[str, str]:
    """What the parts of addresses can be."""
    api = ApiCaller(await with_tokens(house), ADMIN)
    group = await api.post("/core/groups/", {"name": "known"})
    return {
        "user_id": str((await user(house, OWNER)).id),
        "group_pk": group["pk"],
        "token_pk": (await api.get(f"/core/tokens/{OWNER.username}-token/"))["pk"],
        "device_class": "sms",
        "device_id": str((await add_phone(house)).id),
        "deed": "remove",
        "pk": (await make(api, Flow, "one"))["pk"],
        "number": "1",
        "kind": "denystage",
        "stage": (await make(api, DenyStage))["pk"],
        "name": "twilio",
    }


def filled(path: str, known: dict[str, str]) -> str:
    return re.sub(r"\{(\w+):str\}", lambda part: known[part[1]], path)


async def everybody(house: House) -> list[list[dict[str, Any]]]:
    """What forms about people could have changed."""
    tables = ("users", "user_group", "membership", "token", "sms_device", "session WHERE user_id IS NOT NULL")
    return [await house.rows(f"SELECT * FROM {table}") for table in tables]  # noqa: S608 - our own names


def test_there_are_pages_for_everything() -> None:
    assert len(PATHS) > 40
    assert ("GET", "/if/admin") in PATHS or ("GET", "/if/admin/") in PATHS


async def test_a_stranger_is_led_to_the_sign_in_and_back(stranger: Visitor, known: dict[str, str]) -> None:
    for method, path in PATHS:
        answer = await stranger.request(method, filled(path, known))
        assert answer.status == 303, (method, path)
        assert answer.header("location").startswith("/flows/-/default/authentication/?next=/if/admin/")


async def test_whoever_is_no_superuser_is_refused_and_learns_nothing(owner: Visitor, known: dict[str, str]) -> None:
    for method, path in PATHS:
        for pk in (known["pk"], "6ba7b810-9dad-11d1-80b4-00c04fd430c8"):
            answer = (
                await owner.submit(filled(path, {**known, "pk": pk}))
                if method == "POST"
                else await owner.get(filled(path, {**known, "pk": pk}))
            )
            assert answer.status == 403, (method, path)
            assert known["pk"] not in answer.text


async def test_nothing_is_changed_without_the_token_of_the_form(
    house: House, admin: Visitor, known: dict[str, str]
) -> None:
    before, people = house.services.configuration.snapshot.revision, await everybody(house)
    for method, path in PATHS:
        if method == "POST":
            pk = known["stage"] if "/stages/" in path else known["pk"]
            answer = await admin.submit(filled(path, {**known, "pk": pk}), _csrf="wrong")
            assert answer.status in (403, 404), (path, answer.status)
    assert house.services.configuration.snapshot.revision == before
    assert await everybody(house) == people


async def test_a_superuser_sees_the_way_around(admin: Visitor) -> None:
    page = (await admin.get("/if/admin/")).text
    for path in ("flows", "stages", "prompts", "policies", "mappings", "users", "groups", "devices", "tokens"):
        assert f'href="/if/admin/{path}/"' in page
        listed = await admin.get(f"/if/admin/{path}/")
        assert listed.status == 200
        assert f'href="/if/admin/{path}/" aria-current="page"' in listed.text
    assert "Admin console" in (await admin.get("/if/user/")).text
