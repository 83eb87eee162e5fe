"""What happens in flows is counted: steps, whole runs, codes and what held somebody back."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, denies, flow, guard, prompt, sms
from tests.unit.engine.visitor import Visitor
from tests.unit.metrics.scraped import series, value
from watchword.errors import Conflict, NotFound
from watchword.flows.expired_codes import count_expired
from watchword.flows.housekeeping import Housekeeping
from watchword.gateways.errors import SendError

SMS = "authenticator-sms"


def steps(engine: Engine) -> dict[tuple[str, ...], float]:
    """By access, outcome and stage."""
    return series(engine.services.metrics, "watchword_steps_total")


def flows(engine: Engine) -> dict[tuple[str, ...], float]:
    return series(engine.services.metrics, "watchword_flows_total")


def codes(engine: Engine) -> dict[str, float]:
    """Of enrolments, by their state; all of one country."""
    found = series(engine.services.metrics, "watchword_codes_total")
    assert {(country, purpose) for country, purpose, _ in found} <= {("DE", "sms-enrolment")}
    return {state: count for (_, _, state), count in found.items()}


def tries(engine: Engine) -> dict[tuple[str, ...], float]:
    return series(engine.services.metrics, "watchword_code_tries_total")


def throttled(engine: Engine) -> dict[tuple[str, ...], float]:
    return series(engine.services.metrics, "watchword_throttled_total")


async def test_an_enrolment_is_counted_step_by_step(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number="no number")
    await owner.answer(phone_number=OWNER.number)
    await owner.answer(code=engine.wrong)
    await owner.answer(code=engine.code)
    assert steps(engine) == {
        ("show", "asked", SMS): 1,
        ("answer", "invalid", SMS): 2,
        ("answer", "asked", SMS): 1,
        ("answer", "finished", SMS): 1,
    }
    assert flows(engine) == {("stage_configuration", "begun"): 1, ("stage_configuration", "finished"): 1}
    assert codes(engine) == {"issued": 1, "confirmed": 1}
    assert tries(engine) == {("wrong", "sms-enrolment"): 1, ("right", "sms-enrolment"): 1}
    durations = series(engine.services.metrics, "watchword_step_duration_seconds_count")
    assert durations == {("show", SMS): 1, ("answer", SMS): 4}


async def test_who_is_denied_on_the_way_and_who_at_the_door(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(asks(prompt("a")), denies(), guards=[guard("return request.user.username == 'olivia'")]))
    await owner.start()
    await owner.answer(a="x")
    await other.start()
    assert flows(engine) == {
        ("stage_configuration", "begun"): 1,
        ("stage_configuration", "denied"): 1,
        ("stage_configuration", "refused"): 1,
    }
    assert steps(engine) == {
        ("show", "asked", "prompt"): 1,
        ("answer", "denied", "prompt"): 1,
        ("show", "denied", "none"): 1,
    }


async def test_an_answer_that_came_too_late_is_an_error(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt("a"))))
    await owner.start()
    with pytest.raises(Conflict):
        await owner.answer(at="another step", a="x")
    assert steps(engine)["answer", "error", "none"] == 1


async def test_a_flow_that_is_not_there_makes_no_series(engine: Engine, stranger: Visitor) -> None:
    with pytest.raises(NotFound):
        await stranger.look("a-slug-that-a-stranger-typed")
    assert (steps(engine), flows(engine)) == ({}, {})


async def test_a_code_ends_once_replaced_or_unsent_or_expired(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    engine.clock.advance(30)
    await owner.answer(resend=True)
    assert codes(engine) == {"issued": 2, "replaced": 1}
    engine.fail()
    engine.clock.advance(60)
    await owner.answer(resend=True)
    assert codes(engine) == {"issued": 3, "replaced": 1, "unsent": 1}
    engine.clock.advance(600)
    for _ in range(2):
        await count_expired(engine.services.database, engine.services.metrics.codes, engine.clock())
    assert codes(engine) == {"issued": 3, "replaced": 1, "unsent": 1, "expired": 1}


async def test_one_that_was_replaced_after_its_life_counts_as_expired(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    engine.clock.advance(600)
    await owner.answer(resend=True)
    await count_expired(engine.services.database, engine.services.metrics.codes, engine.clock())
    assert codes(engine) == {"issued": 2, "expired": 1}


async def test_one_that_was_confirmed_never_expires(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    await owner.answer(code=engine.code)
    engine.clock.advance(86_400)
    await count_expired(engine.services.database, engine.services.metrics.codes, engine.clock())
    assert codes(engine) == {"issued": 1, "confirmed": 1}


async def test_a_code_confirmed_at_another_server_does_not_expire_here(engine: Engine, owner: Visitor) -> None:
    """The row says how it ended, for two servers share one database and no memory."""
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    metrics = engine.services.metrics.codes
    (issued,) = metrics.due(engine.clock().replace(year=2030), 10)
    await owner.answer(code=engine.code)
    metrics.issued(issued.id, issued.purpose, issued.country, issued.expires)
    engine.clock.advance(600)
    await count_expired(engine.services.database, metrics, engine.clock())
    assert "expired" not in codes(engine)


async def test_housekeeping_counts_what_expired(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    engine.clock.advance(600)
    await Housekeeping(engine.services.database, engine.clock, engine.services.metrics).once()
    assert codes(engine) == {"issued": 1, "expired": 1}


async def test_a_number_of_somebody_else_sends_nothing_and_counts_as_nothing(
    engine: Engine, owner: Visitor, stranger: Visitor
) -> None:
    await engine.install(flow(sms(), designation="enrollment"))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    await owner.answer(code=engine.code)
    before = codes(engine)
    await stranger.start()
    await stranger.answer(phone_number=OWNER.number)
    assert codes(engine) == before == {"issued": 1, "confirmed": 1}
    assert len(engine.outbox) == 1


async def test_what_held_somebody_back_is_counted_by_its_limit(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(sms(sends_per_day=1)))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    await owner.answer(resend=True)
    assert throttled(engine) == {("resend_wait",): 1}
    engine.clock.advance(30)
    await other.start()
    await other.answer(phone_number=OWNER.number)
    assert throttled(engine) == {("resend_wait",): 1, ("sms_number",): 1}


async def test_messages_are_counted_by_country_and_by_what_became_of_them(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    engine.fail(SendError("route", "no way there"))
    await other.start()
    await other.answer(phone_number=OTHER.number)
    sends = series(engine.services.metrics, "watchword_sends_total")
    assert sends == {("DE", "memory", "sent"): 1, ("GB", "memory", "route"): 1}
    assert value(engine.services.metrics, "watchword_sends_in_flight", gateway="memory") == 0


async def test_a_mapping_that_fails_is_a_message_that_failed(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms("return 1")))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    metrics = engine.services.metrics
    assert series(metrics, "watchword_sends_total") == {("DE", "generic", "mapping"): 1}
    assert series(metrics, "watchword_expression_failures_total") == {("mapping", "answer"): 1}
    assert codes(engine) == {"issued": 1, "unsent": 1}
