"""Files as they are published for authentik, in our words: those of its models that Watchword has apply unchanged."""

from pathlib import Path

import pytest

from tests.unit.blueprints.bench import Bench
from tests.unit.blueprints.plain import plain
from tests.unit.blueprints.test_schema import marked
from tests.unit.blueprints.test_skip_unknown import left, skipped
from watchword.blueprints.report import Line
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_totp import AuthenticatorTOTPStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.storage.tokens import get_token
from watchword.storage.users import find_user

PUBLISHED = {file.stem: file.read_text() for file in sorted(Path(__file__).with_name("published").glob("*.yaml"))}
OURS = sorted(PUBLISHED.keys() - {"mixed"})
MIXED = PUBLISHED["mixed"]


def steps(snapshot: Snapshot, slug: str) -> list[str]:
    flow = snapshot.flow(slug)
    assert flow is not None
    objects = {obj.pk: obj for obj in snapshot.objects()}
    return [objects[binding.stage].called for binding in snapshot.stage_bindings(flow.pk)]


def advice(lines: list[Line]) -> list[str]:
    return [f"{told.field}: {told.message}" for line in lines for told in line.advice]


def test_there_are_some() -> None:
    assert OURS == ["enrollment", "people", "recovery", "second-factors", "sign-in", "sms"]


@pytest.mark.parametrize("name", OURS)
async def test_what_touches_only_our_models_applies_unchanged_and_only_once(bench: Bench, name: str) -> None:
    actions = await bench.actions(PUBLISHED[name])
    assert "created" in actions
    assert set(actions) <= {"created", "skipped", "unchanged"}, "unchanged is what was to be absent"
    before = await bench.rows()
    assert set(await bench.actions(PUBLISHED[name])) <= {"unchanged", "skipped"}
    assert await bench.rows() == before


async def test_all_of_them_stand_beside_each_other(bench: Bench) -> None:
    for name in OURS:
        await bench.apply(PUBLISHED[name])
    assert len(await bench.every(Flow)) == 7


@pytest.mark.parametrize("name", sorted(set(OURS) - {"sign-in"}))
def test_an_editor_marks_nothing_in_them(name: str) -> None:
    """But fields that Watchword has not, as `template` is one."""
    assert marked(plain(PUBLISHED[name])) == []


def test_an_editor_marks_a_field_that_watchword_has_not() -> None:
    assert marked(plain(PUBLISHED["sign-in"])) == ["entries/4/attrs"]


async def test_the_sign_in_is_whole(bench: Bench) -> None:
    lines = await bench.apply(PUBLISHED["sign-in"])
    assert advice(lines) == [
        ": There is no such blueprint here, and it is not required.",
        "template: Watchword has no such field, and leaves it out.",
    ]
    snapshot = Snapshot(await bench.objects())
    assert steps(snapshot, "sample-authentication") == [
        "sample-identification",
        "sample-password",
        "sample-validation",
        "sample-login",
    ]
    (guard,) = await bench.every(PolicyBinding)
    binding = snapshot.require(guard.target, FlowStageBinding)
    assert snapshot.require(binding.stage, PasswordStage).configure_flow is None
    assert (guard.failure_result, binding.re_evaluate_policies) == (True, True)


async def test_second_factors_can_be_set_up_on_the_way(bench: Bench) -> None:
    await bench.apply(PUBLISHED["second-factors"], context={"digits": 8})
    snapshot = Snapshot(await bench.objects())
    (validate,) = snapshot.all(AuthenticatorValidateStage)
    assert [snapshot.require(pk, AuthenticatorTOTPStage).digits for pk in validate.configuration_stages[:1]] in (
        [8],
        ["8"],
    )
    assert validate.not_configured_action == "configure"
    titles = {
        slug: flow.title for slug in ("sample-totp-setup", "sample-static-setup") if (flow := snapshot.flow(slug))
    }
    assert titles == {"sample-totp-setup": "Add an app", "sample-static-setup": "Add paper codes"}


async def test_enrolment_asks_on_two_pages(bench: Bench) -> None:
    await bench.apply(PUBLISHED["enrollment"])
    snapshot = Snapshot(await bench.objects())
    pages = ["sample-first-page", "sample-second-page"]
    assert steps(snapshot, "sample-enrollment") == [*pages, "sample-enrollment-write", "sample-enrollment-login"]
    assert {prompt.type for prompt in snapshot.all(Prompt)} == {"username", "password", "text", "ak-locale"}


async def test_recovery_keeps_its_policies_apart(bench: Bench) -> None:
    await bench.apply(PUBLISHED["recovery"])
    snapshot = Snapshot(await bench.objects())
    (guard,) = await bench.every(PolicyBinding)
    assert snapshot.require(guard.target, FlowStageBinding).order == 10
    assert {policy.name for policy in snapshot.all(ExpressionPolicy)} == {
        "sample-recovery-fresh",
        "sample-recovery-strong",
    }


@pytest.mark.parametrize(("sid", "provider", "mapped"), [("", "generic", True), ("AC" + "0" * 32, "twilio", False)])
async def test_the_gateway_hangs_on_the_environment(bench: Bench, sid: str, provider: str, mapped: bool) -> None:
    await bench.apply(PUBLISHED["sms"], env={"TWILIO_SID": sid})
    stage = await bench.one(AuthenticatorSMSStage)
    assert (stage.provider, stage.mapping is not None, stage.auth) == (provider, mapped, "not-set")
    expression = (await bench.one(ExpressionPolicy)).expression
    assert "for prefix in ['+49', '+43']" in expression
    assert "Only these countries: ['DE', 'AT']" in expression
    assert (await bench.one(Prompt)).placeholder == "+49 30 123456"


@pytest.mark.parametrize("token", ["", "a-token-of-the-environment"])
async def test_a_token_is_made_where_one_is_given(bench: Bench, token: str) -> None:
    await bench.apply(PUBLISHED["people"], env={"SAMPLE_TOKEN": token})
    user = await bench.database.read(find_user, username="first")
    found = await bench.database.read(get_token, "sample-token")
    assert user is not None
    assert (found is not None) is bool(token)
    assert found is None or (found.user_id, found.expiring) == (user.id, False)


async def test_what_holds_more_fails_as_a_whole_and_says_why(bench: Bench) -> None:
    told = await bench.problems(MIXED)
    unknown = [problem.split(": ")[1] for problem in told if problem.endswith("Watchword has no such model.")]
    assert unknown == [
        "authentik_crypto_secrets.secret",
        "authentik_stages_captcha.captchastage",
        "authentik_stages_email.emailstage",
        "authentik_policies_reputation.reputationpolicy",
        "authentik_rbac.role",
        "authentik_blueprints.blueprintinstance",
    ]
    asked = [problem for problem in told if problem.endswith("!Find names a model that Watchword has not.")]
    assert len(asked) + len(unknown) == len(told)


async def test_what_holds_more_is_applied_as_far_as_it_is_whole(bench: Bench) -> None:
    lines = await skipped(bench, MIXED)
    assert {line.label for line in lines if line.action == "created"} >= {"Mixed", "sample-mixed-who", "Reader"}
    assert [line.label for line in lines if line.action == "left out"] == [
        "captcha-key",
        "captcha",
        "email",
        "reputation",
        "deny-binding",
        "email-binding",
        "",
        "",
        "role",
        "",
        "",
    ]
    snapshot = Snapshot(await bench.objects())
    assert steps(snapshot, "sample-mixed") == ["sample-mixed-who"], "a step that denies everybody is no step"
    assert snapshot.flow("sample-licensed") is None
    assert next(iter(snapshot.all(IdentificationStage))).passwordless_flow is None
    reasons = [message for messages in left(lines).values() for message in messages]
    assert sum(message == 'The flow "Mixed" is there without this step.' for message in reasons) == 2
