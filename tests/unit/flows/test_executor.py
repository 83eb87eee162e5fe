"""A run from its beginning to its end: what is shown with every step, where it leads, and whose it is."""

import asyncio

import pytest

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, flow, guard, prompt
from tests.unit.engine.visitor import Visitor, denied, ended, problem, sentence
from watchword.errors import Conflict, NotFound

ONE, TWO = asks(prompt("a"), name="one"), asks(prompt("b"), name="two")


async def test_every_step_says_which_flow_it_belongs_to(engine: Engine, owner: Visitor) -> None:
    owner.next = "/next?a=b"
    await engine.install(flow(ONE, title="Add a phone", layout="content_left"))
    assert (await owner.start())["flow_info"] == {
        "title": "Add a phone",
        "background": "/static/dist/assets/images/flow_background.jpg",
        "background_themed_urls": None,
        "cancel_url": "/flows/-/cancel/?next=%2Fnext%3Fa%3Db",
        "layout": "content_left",
    }


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Hello %(user)s, this is %(app)s", "Hello olivia, this is watchword.example"),
        ("100% yours", "100% yours"),
        ("%(nobody)s", "%(nobody)s"),
        ("%(user)d", "%(user)d"),
    ],
)
async def test_a_title_may_name_the_user_and_the_host(engine: Engine, owner: Visitor, title: str, shown: str) -> None:
    await engine.install(flow(ONE, title=title))
    assert (await owner.start())["flow_info"]["title"] == shown


async def test_there_are_errors_only_after_an_answer(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(ONE, TWO))
    assert "response_errors" not in await owner.start()
    assert problem(await owner.answer()) == ("a", "required")
    assert "response_errors" not in await owner.look()
    assert "response_errors" not in await owner.answer(a="x")


async def test_an_answer_needs_no_look_before_it(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(ONE, TWO))
    assert (await owner.answer(a="x"))["fields"][0]["field_key"] == "b"


async def test_a_flow_that_is_not_there_is_not_found(engine: Engine, owner: Visitor) -> None:
    for request in (owner.look("nowhere"), owner.answer(a="x")):
        with pytest.raises(NotFound, match=r"There is no such flow\."):
            await request


async def test_the_end_leads_where_the_visitor_asked_to_go_first_or_last(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(ONE, TWO))
    owner.next = "/first"
    await owner.start()
    owner.next = ""
    await owner.answer(a="x")
    assert ended(await owner.answer(b="x"), "/first")
    await owner.answer(a="x")
    owner.next = "/last"
    assert ended(await owner.answer(b="x"), "/last")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
async def test_nobody_is_led_outside(engine: Engine, owner: Visitor, url: str) -> None:
    await engine.install(flow(ONE))
    owner.next = url
    shown = await owner.start()
    assert (denied(shown), sentence(shown)) == (True, "Invalid next URL")
    owner.next = ""
    await owner.start()
    owner.next = url
    assert denied(await owner.answer(a="x"))
    owner.next = ""
    assert ended(await owner.answer(a="x"))


async def test_an_allowed_origin_may_be_led_to(engine: Engine) -> None:
    engine.set(redirect_origins=("https://app.example",))
    owner = await engine.visitor(OWNER)
    await engine.install(flow(ONE))
    owner.next = "https://app.example/welcome"
    assert ended(await owner.answer(a="x"), "https://app.example/welcome")


async def test_what_has_ended_begins_anew(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(ONE))
    assert ended(await owner.answer(a="x"))
    assert await engine.count("execution") == 0
    assert (await owner.look())["fields"][0]["initial_value"] == ""


async def test_a_run_that_is_cancelled_begins_anew(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(ONE, TWO))
    await owner.answer(a="x")
    await owner.cancel()
    assert (await owner.look())["fields"][0]["field_key"] == "a"


async def test_a_run_belongs_to_its_session_alone(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(ONE, TWO))
    await owner.answer(a="mine")
    elsewhere = await engine.visitor(OWNER)
    for visitor in (other, elsewhere, await engine.visitor()):
        assert (await visitor.look())["fields"][0]["field_key"] == "a"
    await other.cancel()
    assert (await owner.look())["fields"][0]["field_key"] == "b"


async def test_flows_of_one_visitor_do_not_mix(engine: Engine, owner: Visitor) -> None:
    second = asks(prompt("a", name="again"), name="again")
    await engine.install([*flow(ONE, TWO), *flow(second, slug="second")])
    await owner.answer(a="mine")
    assert (await owner.look("second"))["fields"][0]["initial_value"] == ""
    assert (await owner.look())["fields"][0]["field_key"] == "b"


@pytest.mark.parametrize(("rest", "key"), [(3599, "b"), (3601, "a")])
async def test_a_run_rests_for_an_hour_at_most(engine: Engine, owner: Visitor, rest: int, key: str) -> None:
    await engine.install(flow(ONE, TWO))
    await owner.answer(a="x")
    engine.clock.advance(rest)
    assert (await owner.look())["fields"][0]["field_key"] == key


async def test_a_page_that_shows_another_step_than_the_present_is_out_of_date(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(ONE, TWO))
    await owner.start()
    first = owner.step
    await owner.answer(at=first, a="x")
    for stale in (first, "", "x.0"):
        with pytest.raises(Conflict):
            await owner.answer(at=stale, a="y", b="y")
    assert (await engine.prompt_data(owner))["a"] == "x"
    assert ended(await owner.answer(at=owner.step, b="x"))
    with pytest.raises(Conflict):
        await owner.answer(at=first, a="x")


async def test_of_answers_at_once_one_counts(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(ONE, TWO))
    await owner.start()
    first = owner.step
    answers = await asyncio.gather(*(owner.answer(at=first, a=f"{n}") for n in range(10)), return_exceptions=True)
    moved = [shown for shown in answers if isinstance(shown, dict)]
    assert (len(moved), moved[0]["fields"][0]["field_key"]) == (1, "b")
    assert all(isinstance(shown, Conflict) for shown in answers if shown not in moved)


async def test_whoever_only_looks_meanwhile_sees_what_it_led_to(engine: Engine, owner: Visitor) -> None:
    slow = guard("return True")
    await engine.install(flow(ONE, TWO.bound(slow)))
    await owner.start()
    shown = await asyncio.gather(owner.answer(a="x"), *(owner.look() for _ in range(10)))
    assert {step["fields"][0]["field_key"] for step in shown} <= {"a", "b"}
    assert (await owner.look())["fields"][0]["field_key"] == "b"


async def test_a_flow_of_steps_that_all_fall_away_ends(engine: Engine, owner: Visitor) -> None:
    never = [asks(prompt(f"k{n}"), name=f"s{n}").bound(guard("return False", f"p{n}")) for n in range(5)]
    await engine.install(flow(*never))
    assert ended(await owner.start())
