"""Two people at once: who says which state he means is told where it is another one by now."""

from typing import Any

import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import WRITABLE, make, one_of
from tests.unit.web.api.test_configuration import change_of
from watchword.model.base import ConfigObject
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.api.resource import Resource

CHANGED = "This was changed since you read it. Read it again, then change it."


async def etag(api: ApiCaller, path: str) -> str:
    found = (await api.call("GET", path)).header("etag")
    assert found.startswith('"')
    assert found.endswith('"')
    return found


@pytest.mark.parametrize("resource", WRITABLE, ids=lambda resource: resource.id)
async def test_a_change_of_another_state_is_refused(admin: ApiCaller, resource: Resource[ConfigObject]) -> None:
    made = await make(admin, resource.cls)
    path, change = one_of(resource.cls, made), change_of(resource.cls)
    before = await etag(admin, path)
    answer = await admin.call("PATCH", path, change, if_match=before)
    assert answer.status == 200
    after = answer.header("etag")
    assert after != before
    assert await etag(admin, path) == after
    for method, body in (("PATCH", change), ("DELETE", None)):
        refused = await admin.call(method, path, body, if_match=before)
        assert (refused.status, refused.json["detail"]) == (412, CHANGED)
    assert await etag(admin, path) == after
    await admin.delete(path, if_match=f'"other", {after}')


ROWS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("/core/users/", "pk", {"username": "mia", "name": "Mia"}, {"name": "Maria"}),
    ("/core/groups/", "pk", {"name": "people"}, {"attributes": {"a": 1}}),
    ("/core/tokens/", "identifier", {"identifier": "ci"}, {"description": "for the tests"}),
    ("/managed/blueprints/", "pk", {"name": "b", "path": "recovery.yaml"}, {"enabled": False}),
]


@pytest.mark.parametrize(("path", "key", "body", "change"), ROWS, ids=[path for path, *_ in ROWS])
async def test_so_it_is_with_people_and_tokens(
    admin: ApiCaller, path: str, key: str, body: dict[str, Any], change: dict[str, Any]
) -> None:
    made = await admin.call("POST", path, body)
    assert made.status == 201, made
    one = f"{path}{made.json[key]}/"
    before = made.header("etag")
    assert await etag(admin, one) == before
    await admin.patch(one, change, if_match=before)
    for method, sent in (("PATCH", change), ("PUT", body), ("DELETE", None)):
        assert (await admin.call(method, one, sent, if_match=before)).status == 412
    await admin.put(one, body)
    await admin.delete(one, if_match="*")


async def test_who_says_nothing_changes_whatever_there_is(admin: ApiCaller) -> None:
    made = await make(admin, AuthenticatorSMSStage)
    await admin.patch(one_of(AuthenticatorSMSStage, made), {"friendly_name": "a"})
    await admin.patch(one_of(AuthenticatorSMSStage, made), {"friendly_name": "b"}, if_match="")


async def test_another_secret_is_another_state_that_says_nothing_of_it(admin: ApiCaller) -> None:
    made = await make(admin, AuthenticatorSMSStage)
    path = one_of(AuthenticatorSMSStage, made)
    first = await etag(admin, path)
    await admin.patch(path, {"auth": "another token"})
    second = await etag(admin, path)
    await admin.patch(path, {"auth": "a bearer token"})
    assert first != second
    assert await etag(admin, path) == first
