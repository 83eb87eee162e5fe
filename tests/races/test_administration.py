"""Two administrators at once, at two replicas: what one did is never lost, and whoever came second is told."""

import asyncio
import json
from collections import Counter
from typing import Any

import pytest

from tests.races.replicas import Replicas, answered, at_once
from tests.unit.web.client import CSRF, JSON, Answer, Visitor
from tests.unit.web.forms import filled, send
from watchword.blueprints.file import apply_text
from watchword.stages.catalogue import CATALOGUE
from watchword.web.pages.console.desk import OVERTAKEN

pytestmark = pytest.mark.asyncio(loop_scope="session")

DENY = "/api/v3/stages/deny/"


async def call(visitor: Visitor, method: str, path: str, /, match: str = "", **body: Any) -> Answer:
    headers = [*JSON.items(), ("x-authentik-csrf", visitor.cookies[CSRF]), *([("if-match", match)] if match else [])]
    return await visitor.request(method, path, json.dumps(body).encode() if body else b"", headers)


async def administrators(replicas: Replicas, count: int = 2) -> list[Visitor]:
    people = [(await replicas.person(superuser=True))[1] for _ in range(count)]
    return [replicas.same(one, 2)[place % 2] for place, one in enumerate(people)]


async def made(replicas: Replicas, visitor: Visitor, path: str, /, **body: Any) -> dict[str, Any]:
    answer = await call(visitor, "POST", path, **body)
    assert answer.status == 201, answer.text
    for services in replicas.services:
        await services.configuration.refresh()
    return dict(answer.json)


OBJECTS = {
    "a stage": (DENY, ("name",), "deny_message"),
    "a group": ("/api/v3/core/groups/", ("name",), "attributes"),
    "a user": ("/api/v3/core/users/", ("name", "username"), "name"),
    "a blueprint": ("/api/v3/managed/blueprints/", ("name",), "context"),
}
"""Where they are, what of them is a name, and what is changed."""


@pytest.mark.parametrize("round_", range(5))
@pytest.mark.parametrize("what", OBJECTS)
async def test_of_changes_at_once_to_one_state_one_is_made_and_the_others_are_told(
    replicas: Replicas, what: str, round_: int
) -> None:
    path, named, field = OBJECTS[what]
    people = await administrators(replicas, 4)
    name = f"{what} of {(await replicas.newcomer())[0].username}"
    more = {"content": "version: 1\nentries: []\n"} if field == "context" else {}
    obj = await made(replicas, people[0], path, **dict.fromkeys(named, name), **more)
    own = f"{path}{obj['pk']}/"
    etag = (await people[0].get(own)).header("etag")
    values = [{"by": place} if field in ("attributes", "context") else f"by {place}" for place in range(len(people))]
    works = [
        call(one, "PATCH", own, match=etag, **{field: value})
        for one, value in zip(people[round_ % 2 :] + people[: round_ % 2], values, strict=True)
    ]
    answers = await at_once(works)
    assert Counter(answer.status for answer in answers) == {200: 1, 412: 3}, [answer.text for answer in answers]
    for services in replicas.services:
        await services.configuration.refresh()
    [won] = [value for value, answer in zip(values, answers, strict=True) if answer.status == 200]
    for one in people:
        assert (await one.get(own)).json[field] == won


@pytest.mark.parametrize("round_", range(3))
async def test_two_changes_of_a_blueprint_that_are_right_alone_are_never_wrong_together(
    replicas: Replicas, round_: int
) -> None:
    """Where its text comes from must be said: one takes the path away, the other the content."""
    people = await administrators(replicas)
    name = f"source {(await replicas.newcomer())[0].username}"
    path, text = "/api/v3/managed/blueprints/", "version: 1\nentries: []\n"
    both = await made(replicas, people[0], path, name=name, path="recovery", content=text)
    own = f"{path}{both['pk']}/"
    changes = [{"path": ""}, {"content": ""}][:: 1 if round_ % 2 else -1]
    answers = await at_once([call(one, "PATCH", own, **change) for one, change in zip(people, changes, strict=True)])
    assert sorted(answer.status for answer in answers) == [200, 400], [answer.text for answer in answers]
    kept = (await people[0].get(own)).json
    assert kept["path"] or kept["content"]


async def test_changes_at_once_to_different_fields_are_all_kept(replicas: Replicas) -> None:
    people = await administrators(replicas, 4)
    name = f"flow-{(await replicas.newcomer())[0].username}"
    flow = {"name": name, "slug": name, "title": "x", "designation": "authentication"}
    await made(replicas, people[0], "/api/v3/flows/instances/", **flow)
    own = f"/api/v3/flows/instances/{name}/"
    changes = {"title": "Changed", "designation": "recovery", "denied_action": "message", "layout": "content_left"}
    answers = await at_once(
        [call(one, "PATCH", own, **{field: value}) for one, (field, value) in zip(people, changes.items(), strict=True)]
    )
    assert [answer.status for answer in answers] == [200] * 4
    for services in replicas.services:
        await services.configuration.refresh()
    shown = (await people[0].get(own)).json
    assert {field: shown[field] for field in changes} == changes


@pytest.mark.parametrize("round_", range(3))
async def test_of_two_forms_sent_at_once_one_is_saved_and_the_other_is_told_in_words(
    replicas: Replicas, round_: int
) -> None:
    people = await administrators(replicas)
    name = f"form {(await replicas.newcomer())[0].username}"
    stage = await made(replicas, people[0], DENY, name=name)
    group = await made(replicas, people[0], "/api/v3/core/groups/", name=name)
    for page, field in (
        (f"/if/admin/stages/{stage['pk']}/edit/", "deny_message"),
        (f"/if/admin/groups/{group['pk']}/edit/", "name"),
    ):
        forms = [filled(await one.get(page)) for one in people]
        for place, form in enumerate(forms):
            form[field] = [f"{name}, said by {place}"]
        pairs = list(zip(people, forms, strict=True))[:: 1 if round_ % 2 else -1]
        answers = await at_once([send(one, page, form) for one, form in pairs])
        assert sorted(answer.status for answer in answers)[0] == 303, [answer.status for answer in answers]
        [told] = [answer for answer in answers if answer.status != 303]
        assert OVERTAKEN in told.text


async def test_a_blueprint_applied_while_the_api_changes_the_same_object_loses_nothing(replicas: Replicas) -> None:
    [one, _] = await administrators(replicas)
    name = f"shared {(await replicas.newcomer())[0].username}"
    stage = await made(
        replicas, one, "/api/v3/stages/prompt/prompts/", name=name, field_key="x", label="X", type="text"
    )
    own = f"/api/v3/stages/prompt/prompts/{stage['pk']}/"
    text = """
version: 1
entries:
  - {model: authentik_stages_prompt.prompt, identifiers: {name: "%s"}, attrs: {placeholder: "from %d"}}
"""
    for turn in range(4):
        services = replicas.services[turn % 2]
        applying = apply_text(
            services.database,
            text % (name, turn),
            name="shared.yaml",
            catalogue=CATALOGUE,
            keyring=services.keyring,
            author="the tests",
        )
        changes = [call(one, "PATCH", own, label=f"label {turn}"), call(one, "PATCH", own, sub_text=f"text {turn}")]
        lines, answers = await asyncio.gather(applying, at_once(changes))
        assert lines
        assert [answer.status for answer in answers] == [200, 200]
        for each in replicas.services:
            await each.configuration.refresh()
        shown = (await one.get(own)).json
        assert (shown["placeholder"], shown["label"], shown["sub_text"]) == (
            f"from {turn}",
            f"label {turn}",
            f"text {turn}",
        )


@pytest.mark.parametrize("round_", range(4))
async def test_a_stage_deleted_while_visitors_are_in_it_leaves_no_error(replicas: Replicas, round_: int) -> None:
    [admin, _] = await administrators(replicas)
    name = f"going-{(await replicas.newcomer())[0].username}"
    flow = await made(
        replicas, admin, "/api/v3/flows/instances/", name=name, slug=name, title="x", designation="stage_configuration"
    )
    stage = await made(
        replicas, admin, "/api/v3/stages/authenticator/sms/", name=name, provider="demo", from_number="W"
    )
    await made(replicas, admin, "/api/v3/flows/bindings/", target=flow["pk"], stage=stage["pk"], order=round_)
    people = [await replicas.person() for _ in range(6)]
    for person, visitor in people:
        await visitor.see(name)
        await visitor.answer(name, phone_number=person.number)
    works = [
        answered(replicas.same(visitor, 2)[place % 2], name, code=replicas.code(person.number))
        for place, (person, visitor) in enumerate(people)
    ]
    going = call(admin, "DELETE", f"/api/v3/stages/authenticator/sms/{stage['pk']}/?force=true")
    _, gone, _ = await asyncio.gather(at_once(works[:round_]), going, at_once(works[round_:]))
    assert gone.status == 204
    for services in replicas.services:
        await services.configuration.refresh()
    for _, visitor in people:
        assert (await visitor.get(f"/if/flow/{name}/")).status < 500
    left = await replicas.rows("SELECT 1 FROM sms_device WHERE stage_pk = :stage", stage=stage["pk"])
    assert left == [], "no device of a stage that is not there"
