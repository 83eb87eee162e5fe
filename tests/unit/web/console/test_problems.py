"""What went wrong is told once, with how often, how it is mended, and where."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.engine.flows import asks, flow, policy, prompt, sms
from tests.unit.web.house import NOW
from watchword.gateways.errors import SENTENCES
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.user_write import UserWriteStage
from watchword.storage.events import EventRow
from watchword.web.pages.console import fixes
from watchword.web.pages.console.overview_shown import Problem
from watchword.web.pages.console.problems import PROBLEMS, READ, SAME, problems
from watchword.web.pages.console.sections import edit_url

STAGE = sms(mapping="return {}")
TWILIO = {"stage": "sms", "pk": STAGE.stage.pk, "gateway": "twilio", "category": "configuration", "status": 401}
HINT = "Account SID and token do not belong together: copy both again."


def event(context: dict[str, Any] | None = None, **values: Any) -> EventRow:
    given = {"id": 1, "uuid": "u", "created": NOW - timedelta(minutes=5), "action": "sms_send_failed", "username": ""}
    return EventRow(**{**given, "message": "It failed", "context": TWILIO if context is None else context, **values})


def told(*events: EventRow, objects: list[ConfigObject] | None = None) -> list[Problem]:
    return problems(events, Snapshot(flow(STAGE) if objects is None else objects), NOW)


def test_nothing_is_told_where_nothing_went_wrong() -> None:
    assert told() == []


def test_a_problem_is_told_with_its_fix_its_answer_and_its_place() -> None:
    answer = 'Status 401: {"code": 20003}'
    (problem,) = told(event({**TWILIO, "error_code": 20003, "detail": f"{HINT} {answer}"}, username="olivia"))
    assert (problem.title, problem.fix, problem.detail) == ("It failed", HINT, answer)
    assert (problem.url, problem.deed) == (edit_url(STAGE.stage), "Open the stage “sms”")
    assert (problem.times, problem.ago, problem.whom) == ("", "5 minutes ago", "olivia")


def test_the_same_again_is_counted() -> None:
    later, before = event(), event(created=NOW - timedelta(hours=5), username="olivia")
    (problem,) = told(later, before, event({**TWILIO, "detail": "in other words"}, created=before.created))
    assert (problem.times, problem.ago, problem.last) == ("3 times", "5 minutes ago", later.created)
    assert problem.whom == "olivia"


def test_people_are_counted_where_there_are_several() -> None:
    (problem,) = told(event(username="olivia"), event(username="oscar"), event(username="oscar"))
    assert problem.whom == "2 people"


@pytest.mark.parametrize(
    "other",
    [
        event({**TWILIO, "error_code": 21608}),
        event({**TWILIO, "stage": "another"}),
        event({**TWILIO, "gateway": "generic"}),
        event({**TWILIO, "category": "network"}),
        event(message="It failed in another way"),
        event(action="configuration_error"),
    ],
)
def test_what_differs_is_told_apart(other: EventRow) -> None:
    assert len(told(event(), other)) == 2


def test_what_happened_last_comes_first() -> None:
    newest, middle = event(message="newest"), event(message="middle", created=NOW - timedelta(hours=1))
    old = event(message="newest", created=NOW - timedelta(days=2))
    assert [problem.title for problem in told(newest, middle, old)] == ["newest", "middle"]


def test_more_than_are_read_is_said_to_be_more() -> None:
    many = [event()] * (READ - 1) + [event(message="rare")]
    often, once = told(*many)
    assert (often.times, once.times) == (f"At least {READ - 1} times", "")
    assert told(*many[1:])[0].times == f"{READ - 2} times"


def test_every_action_has_a_fix() -> None:
    for action in (*PROBLEMS, "custom_own"):
        (problem,) = told(event({}, action=action, message=""))
        assert problem.fix
        assert problem.title
        assert problem.url == ""


# ---- Where it is mended ----


def test_a_mapping_that_failed_is_where_it_is_mended() -> None:
    (problem,) = told(event({**TWILIO, "category": "mapping", "mapping": "the mapping", "detail": "NameError"}))
    assert problem.deed == "Open the mapping “the mapping”"
    assert problem.fix == fixes.BY_CATEGORY["mapping"]


def test_a_policy_is_found_under_its_new_name() -> None:
    renamed = policy("return nothing", "renamed")
    failed = {"policy": "as it was", "pk": renamed.pk, "kind": "error", "line": 3}
    (problem,) = told(event(failed, action="policy_exception"), objects=[renamed])
    assert (problem.url, problem.deed) == (edit_url(renamed), "Open the policy “renamed”")
    assert problem.fix == "Correct what failed in line 3, then try it."


def test_a_prompt_is_where_its_expression_is_mended() -> None:
    asked = prompt()
    failed = {"prompt": asked.name, "kind": "timeout", "line": 1}
    (problem,) = told(event(failed, action="property_mapping_exception"), objects=flow(asks(asked)))
    assert (problem.url, problem.fix) == (edit_url(asked), "Make it do less: it took too long, then try it.")


@pytest.mark.parametrize(
    ("stage", "fix"),
    [
        (UserWriteStage(name="one"), fixes.UNPROVEN),
        (AuthenticatorValidateStage(name="one", not_configured_action="deny"), fixes.NOTHING_TO_SET_UP),
    ],
)
def test_what_a_flow_lacks_is_mended_at_the_stage_that_says_so(stage: ConfigObject, fix: str) -> None:
    (problem,) = told(event({"stage": "one"}, action="configuration_error"), objects=[stage])
    assert (problem.url, problem.fix) == (edit_url(stage), fix)


def test_what_is_gone_is_told_without_a_link() -> None:
    (problem,) = told(event({**TWILIO, "stage": "gone", "pk": "gone"}))
    assert (problem.url, problem.deed, problem.fix) == ("", "", HINT)


@pytest.mark.parametrize("value", [None, 7, "", ["a"], {"a": 1}, True, 1.5, "x" * 9000])
@pytest.mark.parametrize("action", PROBLEMS)
def test_an_event_that_an_expression_made_up_breaks_nothing(action: str, value: object) -> None:
    made_up = dict.fromkeys((*SAME, "pk", "detail"), value)
    for gateway in (value, "twilio", "generic"):
        (problem,) = told(event({**made_up, "gateway": gateway}, action=action))
        assert problem.fix


# ---- What the fix says ----


def test_every_category_has_a_fix() -> None:
    assert set(SENTENCES) < set(fixes.BY_CATEGORY)
    for category in fixes.BY_CATEGORY:
        assert fixes.of_message({"category": category}) == fixes.BY_CATEGORY[category]
    assert fixes.of_message({"category": "invented"}) == fixes.of_message({}) == fixes.UNKNOWN


@pytest.mark.parametrize(
    ("context", "fix"),
    [
        (
            {"gateway": "twilio", "category": "number", "status": 400, "error_code": 21614},
            "Not a mobile number. Nothing",
        ),
        ({"gateway": "twilio", "category": "configuration", "status": 401, "error_code": None}, HINT),
        ({"gateway": "generic", "category": "configuration", "status": 404}, "Nothing takes messages at this address"),
        ({"gateway": "generic", "category": "gateway", "status": 500}, fixes.BY_CATEGORY["gateway"]),
        ({"gateway": "twilio", "category": "network", "status": 200}, fixes.BY_CATEGORY["network"]),
        ({"gateway": "demo", "category": "configuration", "status": 404}, fixes.BY_CATEGORY["configuration"]),
    ],
)
def test_what_the_answer_means_comes_before_what_to_do(context: dict[str, Any], fix: str) -> None:
    assert fixes.of_message(context).startswith(fix)


@pytest.mark.parametrize("kind", ["syntax", "error", "timeout", "memory", "crash", "answer", "invented"])
def test_every_kind_of_failure_of_an_expression_has_a_fix(kind: str) -> None:
    fix = fixes.of_expression({"kind": kind, "line": 2})
    assert fix.endswith(", then try it.")
    assert ("line 2" in fix) == (kind in ("syntax", "error"))
    assert "line" not in fixes.of_expression({"kind": kind, "line": None})
