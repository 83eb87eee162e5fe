"""The first flow: made whole and once, and people enrol through it."""

import asyncio
from typing import Any

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.engine.engine import Engine
from tests.unit.engine.visitor import ended, sentence
from watchword.administration.author import Author
from watchword.administration.first_flow import FirstFlowForm, Made, flow_of, make_first_flow
from watchword.errors import FieldsInvalid, NotFound
from watchword.model.base import new_pk
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.phone import countries
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.prompt import PromptStage
from watchword.storage.config import list_revisions
from watchword.storage.users import create_user


@pytest.fixture
async def by(engine: Engine) -> Author:
    services = engine.services
    return Author(await services.database.run(create_user, username="ada", now=services.clock()))


@pytest.fixture
async def stage(engine: Engine) -> AuthenticatorSMSStage:
    made = AuthenticatorSMSStage(name="sms", provider="demo")
    await engine.install([made])
    return made


async def make(engine: Engine, stage: AuthenticatorSMSStage, by: Author, **values: Any) -> Made:
    return await make_first_flow(engine.services, stage.pk, FirstFlowForm(**values), by=by)


def names(engine: Engine, flow: Flow) -> list[str]:
    snapshot = engine.services.configuration.snapshot
    found = (snapshot.get(one.stage, PromptStage) or snapshot.get(one.stage, AuthenticatorSMSStage)
             for one in snapshot.stage_bindings(flow.pk))  # fmt: skip
    return [one.name for one in found if one]


async def walk(engine: Engine, slug: str) -> Any:
    visitor = await engine.visitor(OWNER)
    visitor.slug = slug
    await visitor.start()
    return visitor


async def test_a_form_of_ones_own_with_countries(engine: Engine, stage: AuthenticatorSMSStage, by: Author) -> None:
    made = await make(engine, stage, by, title="Your phone", regions=["GB", "DE"])
    assert made.new
    assert (made.flow.slug, made.flow.title, made.flow.designation) == (
        "add-phone",
        "Your phone",
        "stage_configuration",
    )
    assert made.flow.authentication == "require_authenticated"
    assert names(engine, made.flow) == ["add-phone-ask", "sms"]
    visitor = await walk(engine, "add-phone")
    refused = await visitor.answer(phone=STRANGER.number)
    assert sentence(refused) == "Only numbers from Germany and United Kingdom can be used here."
    assert "with its country code" in sentence(await visitor.answer(phone=OWNER.national))
    assert engine.outbox == []
    await visitor.answer(phone=f" {OTHER.number} ")
    assert ended(await visitor.answer(code=engine.code))


async def test_of_one_country_numbers_are_read_as_people_write_them(
    engine: Engine, stage: AuthenticatorSMSStage, by: Author
) -> None:
    made = await make(engine, stage, by, regions=["DE"])
    snapshot = engine.services.configuration.snapshot
    assert snapshot.require(stage.pk, AuthenticatorSMSStage).default_region == "DE"
    assert names(engine, made.flow) == ["add-phone-ask", "sms"]
    [prompt] = snapshot.all(Prompt)
    assert prompt.placeholder == "01512 3456789"
    visitor = await walk(engine, "add-phone")
    assert sentence(await visitor.answer(phone=OTHER.number)) == "Only numbers from Germany can be used here."
    await visitor.answer(phone=OWNER.national)
    assert [message.to for message in engine.outbox] == [OWNER.number]


async def test_the_settings_country_is_read_too(engine: Engine, stage: AuthenticatorSMSStage, by: Author) -> None:
    engine.set(default_region="DE")
    await make(engine, stage, by, regions=["DE", "FR"])
    visitor = await walk(engine, "add-phone")
    await visitor.answer(phone=OWNER.national)
    assert [message.to for message in engine.outbox] == [OWNER.number]


async def test_without_countries_there_is_no_policy(engine: Engine, stage: AuthenticatorSMSStage, by: Author) -> None:
    await make(engine, stage, by)
    assert list(engine.services.configuration.snapshot.all(ExpressionPolicy)) == []
    visitor = await walk(engine, "add-phone")
    await visitor.answer(phone=STRANGER.number)
    assert [message.to for message in engine.outbox] == [STRANGER.number]


async def test_many_countries_are_not_named(engine: Engine, stage: AuthenticatorSMSStage, by: Author) -> None:
    everywhere = [country.region for country in countries() if country.region != "DE"]
    await make(engine, stage, by, regions=everywhere)
    visitor = await walk(engine, "add-phone")
    assert sentence(await visitor.answer(phone=OWNER.number)) == "Numbers of this country cannot be used here."
    await visitor.answer(phone=OTHER.number)
    assert [message.to for message in engine.outbox] == [OTHER.number]


async def test_the_stage_alone_asks_with_its_own_page(engine: Engine, stage: AuthenticatorSMSStage, by: Author) -> None:
    made = await make(engine, stage, by, asks="stage", regions=["FR"])
    snapshot = engine.services.configuration.snapshot
    assert names(engine, made.flow) == ["sms"]
    assert [list(snapshot.all(cls)) for cls in (Prompt, PromptStage, ExpressionPolicy)] == [[], [], []]
    assert snapshot.require(stage.pk, AuthenticatorSMSStage).default_region == ""
    visitor = await walk(engine, "add-phone")
    await visitor.answer(phone_number=OWNER.number)
    assert ended(await visitor.answer(code=engine.code))


async def test_it_is_one_change_with_an_event_for_each_object(
    engine: Engine, stage: AuthenticatorSMSStage, by: Author
) -> None:
    before = len(await engine.services.database.read(list_revisions))
    await make(engine, stage, by, regions=["DE"])
    newest, *older = await engine.services.database.read(list_revisions)
    assert len(older) == before
    assert (newest.author, newest.summary, len(newest.changes)) == ("ada", "Set up Flow “Add your phone”", 7)
    assert len(await engine.events("model_created")) == 6
    [changed] = await engine.events("model_updated")
    assert sorted(changed.context["fields"]) == ["configure_flow", "default_region"]


async def test_of_many_at_once_one_flow_is_made(engine: Engine, stage: AuthenticatorSMSStage, by: Author) -> None:
    ends = await asyncio.gather(*(make(engine, stage, by, regions=["DE"]) for _ in range(5)))
    assert sum(end.new for end in ends) == 1
    assert len({end.flow.pk for end in ends}) == 1
    assert len(list(engine.services.configuration.snapshot.all(Flow))) == 1


@pytest.mark.parametrize(
    "taken",
    [
        Flow(name="x", title="x", slug="add-phone", designation="recovery"),
        Prompt(name="add-phone-number", field_key="x", label="x", type="text"),
        ExpressionPolicy(name="add-phone-countries", expression="return True"),
        AuthenticatorSMSStage(name="add-phone-ask", provider="demo"),
    ],
    ids=lambda obj: type(obj).__name__,
)
async def test_names_that_are_taken_are_left_to_who_has_them(
    engine: Engine, stage: AuthenticatorSMSStage, by: Author, taken: Any
) -> None:
    await engine.install([taken])
    made = await make(engine, stage, by, regions=["DE"])
    assert made.flow.slug == "add-phone-2"
    assert names(engine, made.flow) == ["add-phone-2-ask", "sms"]
    assert engine.services.configuration.snapshot.require(taken.pk, type(taken)) == taken


async def test_a_stage_that_stands_in_a_flow_stays_there(
    engine: Engine, stage: AuthenticatorSMSStage, by: Author
) -> None:
    own = Flow(name="own", title="Own", slug="own", designation="stage_configuration")
    await engine.install([own, FlowStageBinding(target=own.pk, stage=stage.pk, order=0)])
    revision = engine.services.configuration.snapshot.revision
    assert await make(engine, stage, by) == Made(own, False)
    assert engine.services.configuration.snapshot.revision == revision
    assert flow_of(engine.services.configuration.snapshot, stage) == own


async def test_without_a_stage_or_with_a_country_that_is_none_nothing_is_made(
    engine: Engine, stage: AuthenticatorSMSStage, by: Author
) -> None:
    with pytest.raises(NotFound):
        await make_first_flow(engine.services, new_pk(), FirstFlowForm(), by=by)
    with pytest.raises(FieldsInvalid) as error:
        await make(engine, stage, by, regions=["DE", 'XX"]'])
    assert error.value.errors == {"regions": ["Choose from the list."]}
    assert list(engine.services.configuration.snapshot.all(Flow)) == []
