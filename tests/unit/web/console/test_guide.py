"""The steps of a set-up: in the order of the form, each at its field, and the same as in the manual."""

import re

import pytest

from tests.unit.web.client import Visitor
from tests.unit.web.pages.html_tree import parse
from watchword.stages.authenticator_sms.shapes import SHAPES
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.pages.console.groups import GATEWAYS, groups_of
from watchword.web.pages.console.guide import CHECK, GUIDES, steps_at
from watchword.web.pages.console.manual.chapters import chapter, link

NEW = "/if/admin/stages/new/authenticatorsmsstage/"
every_guide = pytest.mark.parametrize("gateway", GUIDES)


@every_guide
def test_the_manual_has_the_same_steps(gateway: str) -> None:
    guide = GUIDES[gateway]
    manual = re.sub(r"\s+", " ", chapter(guide.manual).text)
    for number, step in enumerate(guide.steps, 1):
        assert f" {number}. {step.text} " in manual


@every_guide
def test_steps_follow_the_order_of_the_form(gateway: str) -> None:
    order = [name for group in groups_of(AuthenticatorSMSStage) for name in group.fields]
    order.insert(order.index("auth_password") + 1, CHECK)
    places = [order.index(step.field) for step in GUIDES[gateway].steps]
    assert places == sorted(places)


@every_guide
def test_no_step_stands_at_a_field_that_the_gateway_has_not(gateway: str) -> None:
    for step in GUIDES[gateway].steps:
        assert gateway in GATEWAYS.get(step.field, {gateway: None})


def test_steps_are_numbered_on_from_field_to_field() -> None:
    for gateway, guide in GUIDES.items():
        fields = dict.fromkeys(step.field for step in guide.steps)
        parts = [part for field in fields for part in steps_at(field) if part.gateway == gateway]
        assert [step for part in parts for step in part.steps] == list(guide.steps)
        assert [part.first for part in parts] == [
            sum(len(one.steps) for one in parts[:place]) + 1 for place in range(len(parts))
        ]
        assert [bool(part.lead) for part in parts] == [True] + [False] * (len(parts) - 1)
        assert [part.manual for part in parts] == [link(guide.manual)] + [None] * (len(parts) - 1)
    assert steps_at("name") == ()


async def test_the_form_shows_each_step_before_its_field_and_no_other_form_any(admin: Visitor) -> None:
    page = (await admin.get(NEW)).text
    for guide in GUIDES.values():
        for step in guide.steps:
            field = f'id="f-{step.field}"' if step.field != CHECK else 'id="check-gateway"'
            escaped = step.text.replace("&", "&amp;").replace("'", "&#39;")
            assert page.index(escaped) < page.index(field), step
    assert 'class="guide"' not in (await admin.get("/if/admin/stages/new/denystage/")).text


async def test_the_enter_key_saves_and_does_not_check(admin: Visitor) -> None:
    """Browsers press the first button of a form (HTML, 4.10.21.2)."""
    first = parse((await admin.get(NEW)).text).one("form", method="post").all("button")[0]
    assert first.text == "Save"
    assert "formaction" not in first.attrs


def test_shapes_are_of_fields_that_the_gateway_has() -> None:
    for field, shapes in SHAPES.items():
        assert shapes.keys() <= GATEWAYS[field].keys()
        assert all(shape.unless in ("", "api_key_sid") for shape in shapes.values())
