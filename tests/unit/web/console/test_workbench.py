"""What stands beside an expression in its form."""

import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.forms import fill, filled
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import Node, parse
from watchword.expressions.reference.beginnings import beginning, beginnings
from watchword.expressions.reference.entry import Kind
from watchword.expressions.reference.limits import limits
from watchword.expressions.reference.topics import topics
from watchword.model.base import ConfigObject
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.web.pages.console.sections import kind_name, section_of
from watchword.web.pages.console.workbench import KINDS, begun

NEW_POLICY = "/if/admin/policies/new/expressionpolicy/"
each_kind = pytest.mark.parametrize(("cls", "kind"), KINDS.items(), ids=KINDS.values())


def reference(page: str) -> Node:
    return parse(page).one("section", class_="reference")


@each_kind
async def test_everything_that_can_be_used_is_listed(admin: Visitor, cls: type[ConfigObject], kind: Kind) -> None:
    listed = reference((await admin.get(f"{section_of(cls).url}new/{kind_name(cls)}/")).text)
    shown = [dt.text for dt in listed.all("dt")]
    assert shown == [entry.shown for topic in topics(kind) for entry in topic.entries]
    for entry in topics(kind)[0].entries:
        assert entry.means in listed.text
        assert entry.example in listed.text
    insertable = [code.text for code in listed.all("code", data_insert="here")]
    assert "ak_send_email" in shown
    assert "ak_send_email" not in insertable
    assert set(insertable) == {entry.shown for topic in topics(kind)[:2] for entry in topic.entries}


async def test_other_forms_have_none(admin: Visitor) -> None:
    page = (await admin.get("/if/admin/stages/new/denystage/")).text
    assert not parse(page).all("section", class_="reference")
    assert "code-editor" not in page


@each_kind
async def test_the_limits_are_those_of_the_settings(opened: OpenHouse, cls: type[ConfigObject], kind: Kind) -> None:
    said = " ".join(limits(kind, 0.25, 32))
    assert "0.25 seconds" in said
    assert "32 MiB" in said
    assert "for 1 second and" in limits(kind, 1, 64)[0]
    assert cls in KINDS


async def test_the_page_says_the_numbers_that_are_set(house: House, admin: Visitor) -> None:
    settings = house.services.settings
    said = reference((await admin.get(NEW_POLICY)).text).one("ul", class_="limits").text
    for sentence in limits("policy", settings.policy_timeout, settings.policy_memory):
        assert sentence in said


async def test_a_new_policy_can_begin_with_an_example(house: House, admin: Visitor) -> None:
    page = await admin.get(NEW_POLICY)
    links = parse(page.text).one("nav", class_="beginnings").all("a")
    assert [link.text for link in links] == [one.title for one in beginnings("policy")]
    assert filled(page)["expression"] == [""]
    for link, one in zip(links, beginnings("policy"), strict=True):
        begins = filled(await admin.get(link.attrs["href"]))
        assert begins["expression"][0].replace("\r\n", "\n") == one.text
        assert link.attrs["data-fill"] == one.text
    done = await fill(admin, links[0].attrs["href"], name="countries")
    assert done.status == 303
    made = house.services.configuration.snapshot.find(ExpressionPolicy, name="countries")
    assert made is not None
    assert made.expression == beginning("policy", "countries").strip()


async def test_an_example_that_is_none_begins_with_nothing(admin: Visitor) -> None:
    for example in ("nothing", "gateway", "%00", "x" * 5000):
        assert filled(await admin.get(f"{NEW_POLICY}?example={example}"))["expression"] == [""]
    assert begun(Prompt, "countries") == {}
    assert begun(NotificationWebhookMapping, "text")["expression"].startswith("#")


async def test_an_example_keeps_where_to_go_on_to(admin: Visitor) -> None:
    page = await admin.get(f"{NEW_POLICY}?back=/if/admin/flows/")
    link = parse(page.text).one("nav", class_="beginnings").all("a")[0]
    assert filled(await admin.get(link.attrs["href"]))["back"] == ["/if/admin/flows/"]


async def test_what_is_there_already_is_not_begun_anew(house: House, admin: Visitor) -> None:
    api = ApiCaller(await with_tokens(house), ADMIN)
    pk = (await make(api, ExpressionPolicy, "one"))["pk"]
    page = parse((await admin.get(f"/if/admin/policies/{pk}/edit/?example=countries")).text)
    assert not page.all("nav", class_="beginnings")
    assert "phone_parse" not in page.by_id("f-expression").text
