"""The page about the API: every operation, in words, without a word of another machine."""

import pytest

from tests.unit.web.client import Visitor
from tests.unit.web.pages.html_tree import parse
from watchword.web.api.schema import ALL
from watchword.web.pages.api_reference import PATH, sections

HTML = [("accept", "text/html,application/xhtml+xml")]


async def page(visitor: Visitor, query: str = "") -> str:
    answer = await visitor.request("GET", PATH + query, headers=HTML)
    assert (answer.status, answer.header("content-type")) == (200, "text/html; charset=utf-8")
    return answer.text


async def test_every_operation_is_on_the_page_of_its_section(stranger: Visitor) -> None:
    shown: set[str] = set()
    for section in sections():
        html = await page(stranger, f"?section={section.name}")
        shown |= {node.attrs["id"] for node in parse(html) if node.tag == "details"}
    assert shown == {operation.id for operation in ALL}


async def test_the_overview_leads_to_every_section(stranger: Visitor) -> None:
    links = {node.attrs.get("href") for node in parse(await page(stranger)) if node.tag == "a"}
    assert {f"{PATH}?section={section.name}" for section in sections()} <= links
    assert f"{PATH}schema/" in links


async def test_an_operation_says_who_may_call_it_what_it_takes_and_what_it_answers(stranger: Visitor) -> None:
    html = await page(stranger, "?section=stages")
    [operation] = [node for node in parse(html) if node.attrs.get("id") == "stages_authenticator_sms_create"]
    for words in ("For superusers.", "account_sid", "required", "201", "400", "403", "curl -X POST"):
        assert words in operation.text, words


async def test_a_program_is_told_where_the_description_is(stranger: Visitor) -> None:
    answer = await stranger.request("GET", PATH, headers=[("accept", "application/json")])
    assert answer.json == {"schema": "/api/v3/schema/"}
    assert (await stranger.request("GET", answer.json["schema"])).json["openapi"] == "3.1.0"


@pytest.mark.parametrize("query", ["?section=", "?section=nothing", "?section=%00", "?section=%3Cscript%3E", "?a=b"])
async def test_an_unknown_section_is_the_overview(stranger: Visitor, query: str) -> None:
    assert "<script>" not in (await page(stranger, query)).replace("<script type", "")
    assert parse(await page(stranger, query)).text == parse(await page(stranger)).text


async def test_who_is_signed_in_reads_what_a_stranger_does(owner: Visitor, stranger: Visitor) -> None:
    """The description of a server is the same for all; what it holds is for those whom it knows."""
    for query in ("", "?section=core"):
        texts = [parse(await page(one, query)).one("main").text for one in (owner, stranger)]
        assert texts[0] == texts[1]
        assert "curl" in texts[0]
