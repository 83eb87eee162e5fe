"""What still has to be set up, and what has stopped working, each with the way to mend it."""

import pytest
from msgspec import structs

from tests.unit.engine.flows import asks_password, flow, identifies, signs_in, sms
from tests.unit.web.house import NOW
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.settings import Settings, load
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.traffic import Failing
from watchword.web.pages.console.overview_shown import Todo
from watchword.web.pages.console.sections import edit_url, page_url
from watchword.web.pages.console.todos import IN_A_ROW, todos

UNSET = load({}, database_url="sqlite://", secret_key="k" * 64)
SET = structs.replace(UNSET, public_url="https://sms.example.org")
SIGN_IN = flow(
    identifies(),
    asks_password(),
    signs_in(),
    slug="sign-in",
    designation="authentication",
    authentication="require_unauthenticated",
)


def told(
    *objects: ConfigObject,
    settings: Settings = SET,
    demo: bool = False,
    failing: dict[str, Failing] | None = None,
    resting: dict[str, int] | None = None,
) -> list[Todo]:
    return list(todos(Snapshot(objects), settings, failing or {}, resting or {}, demo=demo, locale="en"))


def titles(*objects: ConfigObject, demo: bool = False) -> list[str]:
    return [todo.title for todo in told(*objects, demo=demo)]


def enrolling(**settings: object) -> tuple[AuthenticatorSMSStage, list[ConfigObject]]:
    """A flow that lets users set the stage up, unless the settings say otherwise."""
    step = sms(**{"configure_flow": None, **settings})  # type: ignore[arg-type] # settings of any kind
    assert isinstance(step.stage, AuthenticatorSMSStage)
    made = flow(step, slug="enrol")
    if "configure_flow" in settings:
        return step.stage, made
    stage = structs.replace(step.stage, configure_flow=made[0].pk)
    return stage, [stage if one.pk == stage.pk else one for one in made]


def test_where_everything_is_set_up_there_is_nothing_to_do() -> None:
    assert told(*SIGN_IN, *enrolling()[1]) == []


def test_an_empty_system_says_what_comes_first() -> None:
    found = told(settings=UNSET)
    assert [todo.title for todo in found] == ["Nobody can sign in", "No gateway yet", "Public URL unset"]
    assert [todo.url for todo in found] == [
        "/if/admin/flows/new/flow/",
        "/if/admin/start/",
        "",
    ]
    assert all(bool(todo.url) == bool(todo.deed) for todo in found)


def test_a_flow_that_proves_again_is_none_for_signing_in() -> None:
    again = flow(signs_in(), slug="again", designation="authentication", authentication="require_authenticated")
    assert "Nobody can sign in" in titles(*again, *enrolling()[1])


def test_a_flow_that_signs_nobody_in_is_told() -> None:
    empty = flow(identifies(), slug="sign-in", designation="authentication", authentication="none")
    (todo,) = told(*empty, *enrolling()[1])
    assert (todo.title, todo.url) == ("Nobody can sign in", page_url(empty[0]))
    assert "User Login Stage" in todo.why


def test_a_stage_without_a_flow_and_one_that_users_do_not_see_are_told() -> None:
    alone, (_, hidden) = sms(name="alone").stage, enrolling(configure_flow=None)
    found = told(*SIGN_IN, *hidden, alone)
    assert [todo.title for todo in found] == ["A stage without a flow", "Hidden from users"]
    assert "“alone”" in found[0].why
    assert found[1].url == edit_url(next(one for one in hidden if isinstance(one, AuthenticatorSMSStage)))


def test_gateways_that_only_pretend_are_for_the_demo() -> None:
    for provider in ("console", "demo"):
        stage, made = enrolling(provider=provider)
        assert titles(*SIGN_IN, *made, demo=True) == ["No gateway yet"]
        found = told(*SIGN_IN, *made)
        assert [todo.title for todo in found] == ["No gateway yet", "A gateway that sends nothing"]
        assert found[1].url == edit_url(stage)


def test_a_stage_whose_last_messages_all_failed_is_told_first() -> None:
    stage, made = enrolling()
    run = Failing(count=1_234, since=NOW, last=NOW)
    (todo,) = told(*SIGN_IN, *made, failing={stage.pk: run, "gone": run})
    assert todo.why.replace("\u202f", " ") == (
        "The last 1,234 messages of “sms” all failed, since Mar 1, 2026, 12:00:00 PM UTC."
    )
    assert todo.url == edit_url(stage).replace("/edit/", "/try/")
    few = Failing(count=IN_A_ROW - 1, since=NOW, last=NOW)
    assert told(*SIGN_IN, *made, failing={stage.pk: few}) == []


@pytest.mark.parametrize(("seconds", "soon"), [(0, "now"), (1, "in a second"), (20, "in 20 seconds")])
def test_a_gateway_that_rests_is_told_instead_with_the_way_to_its_cause(seconds: int, soon: str) -> None:
    stage, made = enrolling()
    run = Failing(count=IN_A_ROW, since=NOW, last=NOW)
    (todo,) = told(*SIGN_IN, *made, failing={stage.pk: run}, resting={stage.pk: seconds, "gone": 1})
    assert todo.title == "A gateway rests"
    assert todo.why == f"The gateway of “sms” failed again and again, and rests. The next message tries it, {soon}."
    assert (todo.url, todo.deed) == ("/if/admin/events/?action=gateway_resting", "See why")
