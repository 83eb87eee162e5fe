"""Every model of the configuration is created, read, changed, listed and deleted, all in the same way."""

from typing import Any
from uuid import uuid4

import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import CHANGES, WRITABLE, body_of, make, one_of
from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of, secret_fields
from watchword.web.api.configuration import ANY_MAPPING, ANY_POLICY, ANY_STAGE
from watchword.web.api.resource import Resource

EVERY = pytest.mark.parametrize("resource", WRITABLE, ids=lambda resource: resource.id)


def change_of(cls: type[ConfigObject]) -> dict[str, Any]:
    return CHANGES.get(cls, {"name": "another name"})


@EVERY
async def test_what_is_created_is_answered_whole(admin: ApiCaller, resource: Resource[ConfigObject]) -> None:
    body = await body_of(admin, resource.cls)
    made = await admin.post(f"{resource.path}/", body)
    secrets = secret_fields(resource.cls)
    assert {key: value for key, value in body.items() if key not in secrets}.items() <= made.items()
    assert {info.name for info in fields_of(resource.cls)} <= made.keys()
    assert await admin.get(one_of(resource.cls, made)) == made


@EVERY
async def test_a_change_leaves_what_is_not_sent(admin: ApiCaller, resource: Resource[ConfigObject]) -> None:
    made = await make(admin, resource.cls)
    change = change_of(resource.cls)
    changed = await admin.patch(one_of(resource.cls, made), change)
    assert changed == {**made, **change}
    assert await admin.get(one_of(resource.cls, made)) == changed


@EVERY
async def test_put_keeps_optional_fields_that_are_left_out(admin: ApiCaller, resource: Resource[ConfigObject]) -> None:
    body = await body_of(admin, resource.cls)
    made = await admin.post(f"{resource.path}/", body)
    change = change_of(resource.cls)
    await admin.patch(one_of(resource.cls, made), change)
    put = await admin.put(one_of(resource.cls, made), body)
    kept = {key: value for key, value in change.items() if key not in body}
    assert put == {**made, **kept}


@EVERY
async def test_put_misses_what_is_required(admin: ApiCaller, resource: Resource[ConfigObject]) -> None:
    made = await make(admin, resource.cls)
    required = [info.name for info in fields_of(resource.cls) if info.required]
    errors = await admin.put(one_of(resource.cls, made), {}, status=400)
    assert errors == {key: ["This field is required."] for key in required}
    assert await admin.get(one_of(resource.cls, made)) == made


@EVERY
async def test_what_is_deleted_is_gone(admin: ApiCaller, resource: Resource[ConfigObject]) -> None:
    made = await make(admin, resource.cls)
    path = one_of(resource.cls, made)
    await admin.delete(path)
    for method in ("GET", "DELETE"):
        assert (await admin.call(method, path)).status == 404
    assert (await admin.call("PATCH", path, change_of(resource.cls))).status == 404
    error = await admin.get(path, status=404)
    assert error["detail"] == f"No {resource.cls.__name__} matches the given query."


@EVERY
async def test_a_list_holds_it(admin: ApiCaller, resource: Resource[ConfigObject]) -> None:
    before = await admin.get(f"{resource.path}/?page_size=100")
    made = await make(admin, resource.cls)
    after = await admin.get(f"{resource.path}/?page_size=100")
    assert made in after["results"]
    assert after["pagination"]["count"] > before["pagination"]["count"]


@EVERY
async def test_nothing_uses_what_was_just_made(admin: ApiCaller, resource: Resource[ConfigObject]) -> None:
    made = await make(admin, resource.cls)
    assert await admin.get(f"{one_of(resource.cls, made)}used_by/") == []


@EVERY
@pytest.mark.parametrize("key", ["no-such-thing", "00000000-0000-0000-0000-000000000000", "%00", "😀", "a" * 300])
async def test_an_unknown_object_is_not_found(admin: ApiCaller, resource: Resource[ConfigObject], key: str) -> None:
    for method, body in (("GET", None), ("DELETE", None), ("PUT", {}), ("PATCH", {})):
        answer = await admin.call(method, f"{resource.path}/{key.encode().decode('latin-1')}/", body)
        assert answer.status == 404, (method, answer)


@pytest.mark.parametrize("resource", [ANY_STAGE, ANY_POLICY, ANY_MAPPING], ids=lambda resource: resource.id)
async def test_every_type_is_listed_together(admin: ApiCaller, resource: Resource[ConfigObject]) -> None:
    members = [one for one in WRITABLE if issubclass(one.cls, resource.cls)]
    made = [await make(admin, one.cls, f"sample-{number}") for number, one in enumerate(members)]
    listed = {one["pk"]: one for page in (1, 2) for one in await _page(admin, resource, page)}
    for one in made:
        assert listed[one["pk"]]["name"] == one["name"]
        assert await admin.get(f"{resource.path}/{one['pk']}/") == listed[one["pk"]]
    await admin.delete(f"{resource.path}/{made[-1]['pk']}/")
    assert (await admin.call("GET", one_of(members[-1].cls, made[-1]))).status == 404


async def _page(admin: ApiCaller, resource: Resource[ConfigObject], page: int) -> list[Any]:
    answer = await admin.call("GET", f"{resource.path}/?page_size=30&page={page}")
    return list(answer.json["results"]) if answer.status == 200 else []


async def test_what_is_made_by_type_is_not_made_among_all(admin: ApiCaller) -> None:
    for resource in (ANY_STAGE, ANY_POLICY, ANY_MAPPING):
        assert (await admin.call("POST", f"{resource.path}/", {"name": "a"})).status == 405
        assert (await admin.call("PUT", f"{resource.path}/{uuid4()}/", {"name": "a"})).status == 405


async def test_the_types_are_those_of_the_catalogue(admin: ApiCaller) -> None:
    stages = await admin.get("/stages/all/types/")
    assert {kind["component"] for kind in stages} >= {"ak-stage-authenticator-sms-form", "ak-stage-deny-form"}
    assert [kind["model_name"] for kind in await admin.get("/policies/all/types/")] == ["expressionpolicy"]
    assert [kind["model_name"] for kind in await admin.get("/propertymappings/all/types/")] == [
        "notificationwebhookmapping"
    ]
