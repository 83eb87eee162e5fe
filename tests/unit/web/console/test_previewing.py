"""Previews: beside the form, as a part for the script, and as the whole page for whoever has none."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import FORM, Answer, Visitor
from tests.unit.web.forms import Filled, filled, send
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import Node, parse
from watchword.model.flow import Flow
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.prompt import Prompt, PromptType
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.stages.prompt import PromptStage
from watchword.web.pages.console.previewing import PART
from watchword.web.pages.prompts import WIDGETS

PROMPT, STAGE, SMS = (
    f"/if/admin/{path}/"
    for path in ("prompts/new/prompt", "stages/new/promptstage", "stages/new/authenticatorsmsstage")
)


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


async def part(admin: Visitor, form_url: str, **changes: Any) -> Node:
    """As the script asks, with the form of a page as it was opened and some fields changed."""
    form = filled(await admin.get(form_url)) | {name: [value] for name, value in changes.items()}
    return parse((await asked(admin, form_url.partition("?")[0], form)).text)


async def asked(visitor: Visitor, form_url: str, form: Filled, **headers: str) -> Answer:
    body = urlencode({name: values for name, values in form.items() if values}, doseq=True).encode()
    sent = [*FORM.items(), (PART, "preview"), *headers.items()]
    return await visitor.request("POST", preview_url(form_url), body, sent)


def preview_url(form_url: str) -> str:
    return form_url.replace("/edit/", "/") + "preview/"


def notes(page: Node) -> list[str]:
    return [node.text for node in page.one("div", class_="preview-notes").all("p")]


def shown(page: Node) -> Node:
    return page.one("div", class_="preview-shown")


async def test_a_part_is_the_preview_and_nothing_else(admin: Visitor) -> None:
    form = filled(await admin.get(PROMPT))
    answer = await asked(admin, PROMPT, form | {"label": ["Your <i>name</i>"]})
    assert answer.status == 200
    assert answer.text.lstrip().startswith('<div class="preview-body"')
    assert "<html" not in answer.text
    assert shown(parse(answer.text)).one("label").text == "Your <i>name</i>"
    assert "autofocus" not in answer.text


@pytest.mark.parametrize("kind", [kind for kind in PromptType.__args__ if kind != "file"])  # type: ignore[attr-defined] # a Literal's
async def test_every_type_is_shown_by_the_template_of_the_flow_page(admin: Visitor, kind: str) -> None:
    page = await part(admin, PROMPT, label="The question", type=kind, sub_text="Some help", initial_value="before")
    assert notes(page) == []
    found = shown(page)
    if WIDGETS[kind] == "hidden":
        assert "Nothing is seen of it" in found.text
    elif WIDGETS[kind] != "separator":
        assert "The question" in found.text
        assert "Some help" in found.text
    assert "Continue" not in found.text


async def test_choices_and_expressions_are_worked_out(admin: Visitor) -> None:
    page = await part(
        admin,
        PROMPT,
        label="Colour",
        type="dropdown",
        placeholder='return ["red", {"value": "b", "label": f"blue for {user.username}"}]',
        placeholder_expression="true",
        initial_value="b",
    )
    options = shown(page).all("option")
    assert options[0].text == "red"
    assert options[1].text.startswith("blue for ")
    assert "selected" in options[1].attrs


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"initial_value": "x = 1\nreturn y", "initial_value_expression": "true"}, "Initial value: "),
        ({"placeholder": "return (", "placeholder_expression": "true"}, "Placeholder: Expression Syntax Error"),
        ({"type": "file"}, "Type: Files cannot be asked for"),
        ({"type": "no such type"}, "Type: "),
        ({"label": "\x00"}, "Label: Null characters"),
    ],
)
async def test_what_cannot_be_shown_is_said_in_words_with_its_line(
    admin: Visitor, changes: dict[str, str], said: str
) -> None:
    page = await part(admin, PROMPT, **changes)
    [note] = notes(page)
    assert note.startswith(said)
    assert ("line" in note) is ("expression" in " ".join(changes))
    assert shown(page).text == ""
    assert page.one("div", class_="preview-body").attrs["data-news"] == note


async def test_a_prompt_needs_neither_name_nor_order_to_be_shown(admin: Visitor) -> None:
    page = await part(admin, PROMPT, name="", order="many", label="Age", type="number")
    assert notes(page) == []
    assert shown(page).one("label").text == "Age"


async def test_a_stage_shows_all_its_fields_in_order_under_the_title_of_its_flow(
    api: ApiCaller, admin: Visitor
) -> None:
    pks = [
        (await make(api, Prompt, name, label=name, field_key=name, order=order))["pk"]
        for name, order in (("second", 2), ("first", 1), ("other", 3))
    ]
    stage = await make(api, PromptStage, "ask", fields=pks[:2])
    edit = f"/if/admin/stages/{stage['pk']}/edit/"
    assert parse((await admin.get(edit)).text).one("p", class_="flow-title").text == "The title of the flow"
    flow = await make(api, Flow, "flow", title="Add your phone")
    await api.post("/flows/bindings/", {"target": flow["pk"], "stage": stage["pk"], "order": 0})
    page = parse((await admin.get(edit)).text).by_id("preview")
    assert page.one("p", class_="flow-title").text == "Add your phone"
    assert [label.text for label in page.all("label")] == ["first", "second"]
    assert [button.text for button in page.all("button")] == ["Continue", "Preview"]
    form = filled(await admin.get(edit)) | {"fields": [pks[2]], "name": ["renamed"]}
    changed = parse((await asked(admin, edit, form)).text)
    assert [label.text for label in changed.all("label")] == ["other"]
    assert changed.one("p", class_="flow-title").text == "Add your phone"


async def test_a_stage_without_fields_or_with_one_that_fails_says_so(api: ApiCaller, admin: Visitor) -> None:
    bad = await make(api, Prompt, "bad", initial_value="return missing", initial_value_expression=True)
    flow = await make(api, Flow, "flow", title="Add your phone")
    assert notes(await part(admin, STAGE)) == ["Fields: Tick those that are asked, and they are shown here."]
    [note] = notes(await part(admin, f"{STAGE}?flow={flow['pk']}", fields=bad["pk"]))
    assert note.startswith("Fields: “bad”: Initial value: ")
    assert note.endswith("(line 1)")
    assert notes(await part(admin, STAGE, fields="no uuid")) == [
        "Fields: Tick those that are asked, and they are shown here."
    ]


async def test_a_message_is_shown_as_it_arrives_with_what_it_costs(admin: Visitor) -> None:
    page = await part(admin, SMS, provider="twilio", from_number="1234", message="{code} for {host} – 3€")
    bubble = page.one("p", class_="bubble")
    assert bubble.text == "042917 for localhost – 3€"
    assert [(mark.text, mark.attrs["class"]) for mark in bubble.all("mark")] == [("–", "forces")]
    assert page.one("p", class_="from").text == "1234"
    text = shown(page).text
    assert "1 segment of 70 characters, UCS-2. 25 used, 45 left." in text
    assert "en dash: not in GSM-7. Write - instead." in text
    assert "is left out: with it the text would not fit" in text
    assert page.one("div", class_="preview-body").attrs["data-news"] == "1 segment, UCS-2."


async def test_what_is_typed_of_secrets_is_neither_needed_nor_shown(
    house: House, api: ApiCaller, admin: Visitor
) -> None:
    stage = await make(api, AuthenticatorSMSStage, "sms", auth="st0red-secret")
    edit = f"/if/admin/stages/{stage['pk']}/edit/"
    form = filled(await admin.get(edit)) | {"provider": ["generic"], "auth": ["typed-secret"], "message": ["Hi {code}"]}
    for answer in (await asked(admin, edit, form), await send(admin, preview_url(edit), form)):
        assert answer.status == 200
        assert "Hi 042917" in answer.text
        assert "typed-secret" not in answer.text
        assert "st0red-secret" not in answer.text
    del form["auth"]
    assert "Hi 042917" in (await asked(admin, edit, form)).text
    assert house.services.configuration.snapshot.require(stage["pk"], AuthenticatorSMSStage).auth == "st0red-secret"


async def test_what_a_mapping_posts_is_shown_for_a_generic_gateway(api: ApiCaller, admin: Visitor) -> None:
    mapping = await make(api, NotificationWebhookMapping, "m", expression='return {"to": device.phone_number}')
    page = await part(admin, SMS, provider="generic", mapping=mapping["pk"])
    assert page.one("pre").text == '{ "to": "+4915123456789" }'
    assert "The endpoint decides" in shown(page).text
    assert page.all("p", class_="bubble") == []


async def test_without_a_script_the_button_shows_the_form_again_with_all_that_was_typed(
    house: House, admin: Visitor
) -> None:
    opened = await admin.get(PROMPT)
    button = parse(opened.text).by_id("preview").one("button")
    assert button.attrs["formaction"] == f"{preview_url(PROMPT)}#preview"
    assert parse(opened.text).by_id(button.attrs["form"]).tag == "form"
    before = house.services.configuration.snapshot.revision
    typed = filled(opened) | {"label": ["My label"], "name": [""], "order": ["many"], "back": ["/if/admin/stages/"]}
    answer = await send(admin, preview_url(PROMPT), typed)
    assert answer.status == 200
    again = filled(answer)
    assert {name: again[name] for name in ("label", "name", "order", "back")} == {
        "label": ["My label"],
        "name": [""],
        "order": ["many"],
        "back": ["/if/admin/stages/"],
    }
    assert parse(answer.text).one("form").attrs["action"] == PROMPT
    assert parse(answer.text).by_id("preview").one("label").text == "My label"
    assert parse(answer.text).all("*", role="alert") == []
    assert house.services.configuration.snapshot.revision == before


async def test_a_preview_does_not_hide_that_somebody_else_changed_it(
    house: House, api: ApiCaller, admin: Visitor
) -> None:
    prompt = await make(api, Prompt, "mine", label="old")
    edit = f"/if/admin/prompts/{prompt['pk']}/edit/"
    form = filled(await admin.get(edit))
    await api.patch(f"/stages/prompt/prompts/{prompt['pk']}/", {"label": "theirs"})
    after = filled(await send(admin, preview_url(edit), form | {"label": ["mine"]}))
    assert after["version"] == form["version"]
    late = await send(admin, edit, after)
    assert (late.status, "Somebody changed this" in late.text) == (400, True)
    assert house.services.configuration.snapshot.require(prompt["pk"], Prompt).label == "theirs"


async def test_whoever_comes_to_the_address_again_finds_the_form(api: ApiCaller, admin: Visitor) -> None:
    stage = await make(api, DenyStage, "deny")
    for form_url in (PROMPT, f"/if/admin/stages/{stage['pk']}/edit/"):
        answer = await admin.get(preview_url(form_url))
        assert (answer.status, answer.header("location")) == (303, form_url)


async def test_what_nobody_sees_has_no_preview(api: ApiCaller, admin: Visitor) -> None:
    stage = await make(api, DenyStage, "deny")
    edit = f"/if/admin/stages/{stage['pk']}/edit/"
    page = await admin.get(edit)
    assert 'id="preview"' not in page.text
    assert (await asked(admin, edit, filled(page))).status == 404
    assert (await admin.get("/if/admin/prompts/new/nothing/preview/")).status == 404


async def test_a_preview_is_for_superusers_with_their_token(admin: Visitor, owner: Visitor, stranger: Visitor) -> None:
    form = filled(await admin.get(PROMPT)) | {"label": ["told"]}
    for visitor, status in ((owner, 403), (stranger, 303)):
        answer = await asked(visitor, PROMPT, form)
        assert (answer.status, "told" in answer.text) == (status, False)
    assert (await asked(admin, PROMPT, form | {"_csrf": ["wrong"]})).status == 403
    assert (await asked(admin, PROMPT, form, **{"sec-fetch-site": "cross-site"})).status == 403
