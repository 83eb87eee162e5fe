"""Expressions are tried in their forms, as they are typed: nothing that was typed is lost, and nothing changes."""

import json
from collections.abc import Mapping

import pytest

from tests.people import OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import Node, parse
from watchword.model.base import ConfigObject
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.stages.deny import DenyStage

POLICY = """
if request.user is None or request.user.username != "olivia":
    ak_message("Only Olivia.")
    ak_logger.warning("refused", why="name")
    return False
return request.context["prompt_data"]["phone"].startswith(context.get("prefix", "+49"))
"""
MAPPING = 'return {"to": device.phone_number, "text": f"{token} for {user.username if user else None}"}'
NEW_POLICY = "/if/admin/policies/new/expressionpolicy/"
NEW_MAPPING = "/if/admin/mappings/new/notificationwebhookmapping/"


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


async def edit(api: ApiCaller, cls: type, section: str, **values: str) -> str:
    return f"/if/admin/{section}/{(await make(api, cls, 'one', **values))['pk']}/edit/"


async def tried(admin: Visitor, target: str, **changes: str) -> Answer:
    """As by the button of the form, whose address is its own."""
    page = await admin.get(target)
    form = filled(page) | {name: [value] for name, value in changes.items()}
    return await send(admin, parse(page.text).by_id("try-it").attrs["formaction"], form)


def results(page: Answer) -> dict[str, Mapping[str, str]]:
    """What was said of each sample, by its heading."""
    return {box.one("h3").text: _facts(box) for box in parse(page.text).by_id("tried").all("section")}


def _facts(box: Node) -> dict[str, str]:
    return dict(zip([dt.text for dt in box.all("dt")], [dd.text for dd in box.all("dd")], strict=True))


async def test_a_policy_is_tried_with_several_numbers_at_once(house: House, api: ApiCaller, admin: Visitor) -> None:
    target = await edit(api, ExpressionPolicy, "policies", expression=POLICY)
    assert filled(await admin.get(target))["try_user"] == ["oscar"]
    before = await house.rows("SELECT id FROM event")
    shown = results(await tried(admin, target, try_user=OWNER.username, try_numbers="+49 151\n\n +33 6 \n"))
    assert list(shown) == ["+49 151: It passes.", "+33 6: It does not pass."]
    assert shown["+49 151: It passes."]["Messages"] == "None."
    assert shown["+49 151: It passes."]["Time"].endswith(" ms")
    other = results(await tried(admin, target, try_numbers="+49 151"))["+49 151: It does not pass."]
    assert other["Messages"] == "Only Olivia."
    assert "refused {'why': 'name'}" in other["Log"]
    assert await house.rows("SELECT id FROM event") == before


async def test_somebody_who_is_not_signed_in_can_be_tried(admin: Visitor) -> None:
    page = await tried(admin, NEW_POLICY, expression="return request.user is None", try_user=" ", try_numbers="")
    assert list(results(page)) == ["Without a number: It passes."]
    stranger = await tried(admin, NEW_MAPPING, expression=MAPPING, try_user="")
    assert "042917 for None" in results(stranger)["It makes a message."]["What is posted"]


async def test_what_is_typed_is_tried_and_not_what_is_kept(house: House, api: ApiCaller, admin: Visitor) -> None:
    target = await edit(api, ExpressionPolicy, "policies", expression="return False")
    page = await tried(admin, target, name="", expression="return True", execution_logging="true", try_numbers="1")
    assert list(results(page)) == ["1: It passes."]
    form = filled(page, target)
    assert (form["name"], form["expression"], form["execution_logging"]) == ([""], ["return True"], ["true"])
    assert form["try_numbers"] == ["1"]
    kept = house.services.configuration.snapshot.find(ExpressionPolicy, name="one")
    assert kept is not None
    assert kept.expression == "return False"


async def test_a_new_one_is_tried_before_it_is_made(house: House, admin: Visitor) -> None:
    page = await tried(admin, NEW_POLICY, name="new", expression="return True")
    assert page.status == 200
    assert house.services.configuration.snapshot.find(ExpressionPolicy, name="new") is None
    form = filled(page, NEW_POLICY)
    assert (await send(admin, NEW_POLICY, form)).status == 303
    assert house.services.configuration.snapshot.find(ExpressionPolicy, name="new") is not None


async def test_what_a_policy_assigns_and_what_it_forgets_is_shown(admin: Visitor) -> None:
    assigns = 'context["prompt_data"]["phone"] = phone_parse(context["prompt_data"]["phone"])["e164"]'
    shown = results(await tried(admin, NEW_POLICY, expression=assigns, try_numbers="+49 151 23456789"))
    facts = shown["+49 151 23456789: It does not pass: it returned nothing."]
    assert json.loads(facts["prompt_data afterwards"]) == {"phone": "+4915123456789"}


async def test_what_else_is_known_comes_from_the_context(admin: Visitor) -> None:
    context = '{"prefix": "+44", "prompt_data": {"name": "Ada"}, "flow_plan": {"a": 1}}'
    expression = (
        'return context["prefix"] == "+44" and context["prompt_data"] == {"phone": "1", "name": "Ada"} '
        'and context["flow_plan"].context["a"] == 1'
    )
    page = await tried(admin, NEW_POLICY, expression=expression, try_numbers="1", try_context=context)
    assert list(results(page)) == ["1: It passes."]


FAILING = "x = 1\ny = 2\nreturn x.nothing\n# the end"


@pytest.mark.parametrize("new", [NEW_POLICY, NEW_MAPPING])
async def test_the_line_that_fails_is_marked(admin: Visitor, new: str) -> None:
    page = await tried(admin, new, expression=FAILING)
    tree = parse(page.text)
    assert tree.by_id("f-expression").attrs["data-line"] == "3"
    assert [(one.attrs["value"], one.text) for one in tree.one("div", class_="excerpt").all("li", class_="wrong")] == [
        ("3", "return x.nothing")
    ]
    assert tree.by_id("tried").one("div", class_="tried").attrs["data-line"] == "3"
    assert tree.one("a", class_="goto").text == "Go to line 3"
    assert page.status == 200


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("return (", "'(' was never closed (line 1, column 8)"),
        ("", "This field may not be blank."),
        (" \n ", "This field may not be blank."),
        ("\x00", "Null characters are not allowed."),
        ("while True:\n    pass", "The expression took longer than 1 seconds."),
        ("return 5", "The policy must return True or False; it returned a value of type int."),
        ('requests.get("https://example.org/")', "requests does not exist in Watchword's expressions"),
    ],
)
async def test_what_is_wrong_with_an_expression_is_its_result(admin: Visitor, expression: str, said: str) -> None:
    page = await tried(admin, NEW_POLICY, expression=expression, try_numbers="1")
    [(heading, facts)] = results(page).items()
    assert heading.endswith("It fails.")
    assert said in facts["What went wrong"]
    assert page.status == 200


async def test_a_mapping_shows_what_would_be_posted(house: House, api: ApiCaller, admin: Visitor) -> None:
    target = await edit(api, NotificationWebhookMapping, "mappings", expression=MAPPING)
    page = await tried(admin, target, try_user=OWNER.username, try_number=OWNER.number)
    posted = json.loads(results(page)["It makes a message."]["What is posted"])
    assert posted == {"to": OWNER.number, "text": f"042917 for {OWNER.username}"}
    assert house.services.sender.inbox() == []
    other = await tried(admin, target, try_context='{"device": {"phone_number": "+1"}, "token": "7"}')
    assert '"to": "+1"' in results(other)["It makes a message."]["What is posted"]


@pytest.mark.parametrize(("expression", "kind"), [("return 'text'", "str"), ("pass", "NoneType")])
async def test_a_mapping_that_returns_no_dict_fails_as_it_does_when_it_is_sent(
    admin: Visitor, expression: str, kind: str
) -> None:
    shown = results(await tried(admin, NEW_MAPPING, expression=expression))
    assert shown["It fails."]["What went wrong"] == f"The mapping must return a dict; it returned {kind}."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"try_user": "nobody?"}, "There is nobody of this user name."),
        ({"try_user": "\x00"}, "There is nobody of this user name."),
        ({"try_context": "{"}, "Write a JSON object, as {}."),
        ({"try_context": "[1]"}, "Write a JSON object, as {}."),
        ({"try_context": "[" * 9000}, "Write a JSON object, as {}."),
        ({"try_context": '{"a": ' + "9" * 300 + "}"}, "This number is too large."),
        ({"try_context": '{"a": "\\u0000"}'}, "Null characters are not allowed."),
        ({"try_numbers": "1\n2\n3\n4\n5\n6"}, "Name 5 numbers at most."),
    ],
)
async def test_a_sample_that_is_none_is_said_at_its_field(admin: Visitor, changes: dict[str, str], said: str) -> None:
    refused = await tried(admin, NEW_POLICY, expression="return True", **changes)
    assert refused.status == 400
    [name] = changes
    tree = parse(refused.text)
    assert said in tree.by_id(f"f-{name}-error").text
    assert "It was not tried." in tree.by_id("tried").text
    assert not results(refused)


async def test_a_long_result_is_cut(admin: Visitor) -> None:
    page = await tried(admin, NEW_POLICY, expression='ak_message("x" * 1000000)\nreturn False', try_numbers="1")
    assert len(page.body) < 200_000


async def test_hostile_text_stays_text(admin: Visitor) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    page = await tried(admin, NEW_POLICY, expression=f'ak_message("{hostile}")\nreturn (', try_numbers=hostile)
    assert "<script>alert" not in page.text


async def test_two_who_change_one_thing_are_told_though_one_of_them_tried(api: ApiCaller, admin: Visitor) -> None:
    target = await edit(api, ExpressionPolicy, "policies", expression="return False")
    form = filled(await admin.get(target)) | {"expression": ["return True"]}
    await api.patch(f"/policies/expression/{target.split('/')[4]}/", {"name": "theirs"})
    again = filled(await send(admin, target.replace("/edit/", "/try/"), form), target)
    assert "Somebody changed this" in (await send(admin, target, again)).text
    blank = filled(await send(admin, target, form | {"name": [""]}), target)
    assert "Somebody changed this" in (await send(admin, target, blank | {"name": ["mine"]})).text


async def test_the_old_addresses_lead_to_the_form(api: ApiCaller, admin: Visitor) -> None:
    target = await edit(api, ExpressionPolicy, "policies")
    moved = await admin.get(target.replace("/edit/", "/try/"))
    assert (moved.status, moved.header("location")) == (303, f"{target}#try")
    assert (await admin.get(f"{NEW_POLICY}try/")).header("location") == f"{NEW_POLICY}#try"


@pytest.mark.parametrize("path", ["policies/x/try/", "policies/new/nothing/try/", f"mappings/{'9' * 300}/try/"])
async def test_what_is_not_there_is_not_tried(admin: Visitor, path: str) -> None:
    assert (await admin.get(f"/if/admin/{path}")).status == 404
    assert (await fill_in_place(admin, f"/if/admin/{path}")).status == 404


async def fill_in_place(admin: Visitor, path: str) -> Answer:
    return await send(admin, path, filled(await admin.get(NEW_POLICY)))


async def test_nobody_else_tries_anything(house: House, api: ApiCaller, admin: Visitor, owner: Visitor) -> None:
    target = (await edit(api, ExpressionPolicy, "policies")).replace("/edit/", "/try/")
    form = filled(await admin.get(NEW_POLICY)) | {"expression": ["return True"]}
    for path in (target, f"{NEW_POLICY}try/"):
        assert (await send(owner, path, form)).status == 403
        assert (await send(house.visitor(), path, form)).status == 303
        forged = await send(admin, path, form | {"_csrf": ["wrong"]})
        assert forged.status == 403
        assert "It passes." not in forged.text


@pytest.mark.parametrize("cls", [Prompt, DenyStage])
async def test_what_has_nothing_to_try_has_no_button(api: ApiCaller, admin: Visitor, cls: type[ConfigObject]) -> None:
    section = "prompts" if cls is Prompt else "stages"
    page = await admin.get(await edit(api, cls, section))
    assert "/try/" not in page.text


async def test_a_refused_form_marks_its_line_without_a_script(admin: Visitor) -> None:
    refused = await fill(admin, NEW_POLICY, name="p", expression="\n\nx = 1\ny = (\n")
    tree = parse(refused.text)
    assert tree.by_id("f-expression").attrs["data-line"] == "2"
    [wrong] = tree.one("div", class_="excerpt").all("li", class_="wrong")
    assert (wrong.attrs["value"], wrong.one("mark").text) == ("2", "y = (")
    assert "line 2" in tree.by_id("f-expression-error").text


async def test_a_refused_prompt_marks_the_field_that_is_wrong(admin: Visitor) -> None:
    refused = await fill(
        admin,
        "/if/admin/prompts/new/prompt/",
        name="p",
        field_key="k",
        label="l",
        type="text",
        placeholder="return 1\nreturn (",
        placeholder_expression="true",
        initial_value="( is just a text",
    )
    assert refused.status == 400
    tree = parse(refused.text)
    assert tree.by_id("f-placeholder").attrs["data-line"] == "2"
    assert "data-line" not in tree.by_id("f-initial_value").attrs
    assert tree.by_id("f-initial_value").attrs["data-switch"] == "f-initial_value_expression"
