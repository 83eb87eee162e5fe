"""Nothing becomes less secure: what would let through more than in authentik comes locked, and says so."""

from typing import Any

import msgspec
import pytest

from tests.unit.migration.imports import Imports, line
from tests.unit.migration.world import condition, pk, policy, stage, step
from tests.unit.migration.world import flow as world_flow
from watchword.migration.flow_units import LOCKED, NOT_OVER
from watchword.migration.report import Line
from watchword.model.default_flow import default_of
from watchword.model.flow import Flow
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage

VALIDATE = "authentik_stages_authenticator_validate.authenticatorvalidatestage"


async def imported(imports: Imports, slug: str, **options: Any) -> tuple[Flow, Line]:
    report = await imports.run(**options)
    flow = (await imports.configuration()).flow(slug)
    assert flow is not None
    return flow, line(report, "flow", slug)


def is_locked(flow: Flow, told: Line) -> bool:
    assert (flow.authentication == "require_superuser") == (LOCKED in told.why)
    return LOCKED in told.why


def add_stage(imports: Imports, path: str, found: dict[str, object]) -> None:
    imports.authentik.lists.setdefault(path, []).append(found)
    imports.authentik.lists["/stages/all/"].append(found)


@pytest.mark.parametrize(
    ("slug", "word"),
    [
        ("consent", "Consent Stage"),
        ("with-reputation", "Reputation Policy"),
        ("initial-setup", "authentik.core.models"),
    ],
)
async def test_a_flow_without_a_step_or_a_condition_comes_locked(imports: Imports, slug: str, word: str) -> None:
    flow, told = await imported(imports, slug)
    assert is_locked(flow, told)
    assert word in " ".join(told.why)


async def test_a_whole_flow_is_not_locked(imports: Imports) -> None:
    flow, told = await imported(imports, "sms-enrol")
    assert not is_locked(flow, told)
    assert told.whole


async def test_it_can_be_accepted_as_it_is(imports: Imports) -> None:
    flow, told = await imported(imports, "consent", accept_incomplete=True)
    assert not is_locked(flow, told)
    assert flow.authentication == "require_authenticated"
    assert told.why, "it says still what is missing"


async def test_a_locked_flow_is_not_where_people_sign_in(imports: Imports) -> None:
    """`consent` and `with-reputation` sort before and after the shipped sign-in; neither may take its place."""
    imports.authentik.lists["/flows/instances/"][3]["designation"] = "authentication"
    flow, told = await imported(imports, "consent")
    assert is_locked(flow, told)
    first = default_of(await imports.configuration(), "authentication")
    assert first is not None
    assert first.slug == "default-authentication-flow"


async def test_an_identification_without_its_captcha_locks(imports: Imports) -> None:
    imports.authentik.lists["/stages/identification/"][0]["captcha_stage"] = pk("a captcha")
    flow, told = await imported(imports, "mfa-login")
    assert is_locked(flow, told)
    assert "captcha" in " ".join(told.why)


async def test_an_identification_without_its_password_stage_does_not_come(imports: Imports) -> None:
    imports.authentik.lists["/stages/password/"].clear()
    flow, told = await imported(imports, "mfa-login")
    assert is_locked(flow, told)
    names = [obj.called for obj in (await imports.configuration()).objects()]
    assert "default-authentication-identification (authentik)" not in names


async def test_a_second_factor_that_nobody_can_have_here_locks(imports: Imports) -> None:
    imports.authentik.lists["/stages/authenticator/validate/"][0]["device_classes"] = ["webauthn", "duo"]
    flow, told = await imported(imports, "mfa-login")
    assert is_locked(flow, told)
    assert "webauthn, duo" in " ".join(told.why)


async def test_a_second_factor_that_may_be_skipped_says_whom_that_lets_in(imports: Imports) -> None:
    imports.authentik.lists["/stages/authenticator/validate/"][0]["not_configured_action"] = "skip"
    report = await imports.run()
    assert "whose device could not come" in line(report, "authenticator validation stage", "mfa").notes[0]


async def test_without_the_stages_that_set_a_device_up_nobody_is_let_pass(imports: Imports) -> None:
    validate = imports.authentik.lists["/stages/authenticator/validate/"][0]
    validate |= {"not_configured_action": "configure", "configuration_stages": [pk("a webauthn stage")]}
    await imports.run()
    found = (await imports.configuration()).require(pk("mfa"), AuthenticatorValidateStage)
    assert (found.not_configured_action, found.configuration_stages) == ("deny", [])


@pytest.mark.parametrize("missing", ["/policies/expression/", "/stages/prompt/prompts/"])
async def test_a_prompt_stage_that_asks_or_checks_less_locks_or_does_not_come(imports: Imports, missing: str) -> None:
    imports.authentik.lists[missing].clear()
    flow, told = await imported(imports, "sms-enrol")
    assert is_locked(flow, told)


async def test_a_condition_that_is_switched_off_is_not_missed(imports: Imports) -> None:
    bound = imports.authentik.lists["/policies/bindings/"][3]
    bound["enabled"] = False
    flow, told = await imported(imports, "with-reputation")
    assert not is_locked(flow, told)
    assert "missing" in " ".join(told.why)


async def test_a_condition_on_a_step_that_cannot_work_here_locks(imports: Imports) -> None:
    """It would fail, and so the step would fall away."""
    calling = policy("asks elsewhere", "return requests.get('https://example.org').status_code == 200")
    imports.authentik.lists["/policies/expression/"].append(calling)
    imports.authentik.lists["/policies/all/"].append(calling)
    imports.authentik.lists["/policies/bindings/"].append(condition(pk("mfa-login mfa 10"), policy=calling["pk"]))
    flow, told = await imported(imports, "mfa-login")
    assert is_locked(flow, told)
    assert "requests" in " ".join(told.why)


@pytest.mark.parametrize("who", [{"group": pk("group of nobody")}, {"user": 4711}])
async def test_a_condition_on_people_who_are_not_here_locks(imports: Imports, who: dict[str, object]) -> None:
    imports.authentik.lists["/policies/bindings/"].append(condition(pk("sms-enrol"), 9, **who))
    flow, told = await imported(imports, "sms-enrol")
    assert is_locked(flow, told)


async def test_an_incomplete_flow_takes_no_other_ones_place(imports: Imports) -> None:
    imports.authentik.lists["/flows/bindings/"].append(
        step("default-authentication-flow", "default-provider-authorization-consent", 30)
    )
    before = (await imports.configuration()).flow("default-authentication-flow")
    flow, told = await imported(imports, "default-authentication-flow", overwrite=True)
    assert (flow, told.fate) == (before, "kept")
    assert NOT_OVER in told.why
    flow, told = await imported(imports, "default-authentication-flow", overwrite=True, accept_incomplete=True)
    assert told.fate == "updated"


async def test_a_flow_that_was_completed_here_is_not_locked_again(imports: Imports) -> None:
    flow, _ = await imported(imports, "consent")
    await imports.put(msgspec.structs.replace(flow, authentication="require_authenticated"))
    for overwrite in (False, True):
        again, told = await imported(imports, "consent", overwrite=overwrite)
        assert (again.authentication, told.fate) == ("require_authenticated", "kept")


async def test_a_value_that_watchword_does_not_know_leaves_it_out(imports: Imports) -> None:
    add_stage(imports, "/stages/deny/", {**stage("odd", "authentik_stages_deny.denystage"), "deny_message": 5})
    imports.authentik.lists["/flows/bindings/"].append(step("sms-enrol", "odd", 1))
    report = await imports.run()
    assert line(report, "deny stage", "odd").why == ("deny_message: Not a valid string.",)
    assert LOCKED in line(report, "flow", "sms-enrol").why


async def test_what_is_set_and_not_known_here_is_told(imports: Imports) -> None:
    imports.authentik.lists["/stages/deny/"][0] |= {"a_new_setting": True, "another": ""}
    report = await imports.run()
    assert line(report, "deny stage", "go away").notes == ("Watchword has no “a_new_setting”, which is set.",)


async def test_passwords_of_directories_and_other_sources_are_told(imports: Imports) -> None:
    imports.authentik.lists["/stages/password/"][0]["backends"].append("authentik.sources.ldap.auth.LDAPBackend")
    imports.authentik.lists["/stages/identification/"][0] |= {"sources": [pk("github")], "webauthn_stage": pk("key")}
    report = await imports.run()
    told = " ".join(said for one in report.lines for said in one.why)
    for word in ("LDAP", "other sources", "Passkeys"):
        assert word in told


async def test_a_flow_that_takes_the_sign_in_over_says_so(imports: Imports) -> None:
    flows, steps = (imports.authentik.lists[f"/flows/{path}/"] for path in ("instances", "bindings"))
    flows.append(world_flow("acme-login", "authentication", "none"))
    steps.append(step("acme-login", "default-authentication-login", 0))
    flow, told = await imported(imports, "acme-login")
    assert not is_locked(flow, told)
    assert told.notes[0].startswith("SIGN-IN BEGINS WITH IT NOW")
    assert "/if/flow/default-authentication-flow/" in told.notes[0]
    _, again = await imported(imports, "acme-login")
    assert again.notes == ()
