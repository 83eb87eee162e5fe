"""The blueprints that Watchword brings along."""

from importlib.resources import files

import pytest

from tests.unit.blueprints.bench import Bench
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.reader import read
from watchword.blueprints.shipped_files import shipped_names, shipped_text
from watchword.bootstrap import DEMO_PASSWORD, DEMO_USER
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot
from watchword.passwords import verify_password
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.stages.prompt import PromptStage
from watchword.stages.user_login import UserLoginStage
from watchword.storage.users import find_user

SHIPPED = sorted(path.name for path in files("watchword.blueprints").joinpath("shipped").iterdir())


DEMO_STAGE = {"sms_stage": "demo-sms"}


def text(name: str) -> str:
    return files("watchword.blueprints").joinpath("shipped", name).read_text()


async def shipped(bench: Bench, name: str) -> Snapshot:
    await bench.apply(text(name))
    return Snapshot(await bench.objects())


def stages(snapshot: Snapshot, slug: str) -> list[tuple[int, str]]:
    flow = snapshot.flow(slug)
    assert flow is not None
    objects = {obj.pk: obj for obj in snapshot.objects()}
    return [(binding.order, objects[binding.stage].called) for binding in snapshot.stage_bindings(flow.pk)]


def test_these_come_along() -> None:
    assert SHIPPED == ["default.yaml", "demo.yaml", "enrollment.yaml", "recovery.yaml", "unenrollment.yaml"]
    assert [f"{name}.yaml" for name in shipped_names()] == SHIPPED
    assert all(shipped_text(name) == text(f"{name}.yaml") for name in shipped_names())
    with pytest.raises(KeyError):
        shipped_text("../shipped/demo")


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "enrollment.yaml"])
async def test_each_applies_by_itself_to_an_empty_system_and_only_once(bench: Bench, name: str) -> None:
    assert set(await bench.actions(text(name))) <= {"created", "skipped"}
    before = await bench.rows()
    assert set(await bench.actions(text(name))) <= {"unchanged", "skipped"}
    assert await bench.rows() == before


async def test_enrolment_needs_a_stage_that_verifies_phones(bench: Bench) -> None:
    await bench.apply(text("demo.yaml"))
    with pytest.raises(BlueprintInvalid, match="stage"):
        await bench.apply(text("enrollment.yaml"))
    assert set(await bench.actions(text("enrollment.yaml"), context=DEMO_STAGE)) == {"created", "skipped"}


@pytest.mark.parametrize("name", SHIPPED)
def test_each_has_a_name_and_no_attribute_that_no_model_has(name: str) -> None:
    blueprint = read(text(name), name)
    assert blueprint.name.startswith("Watchword - ")
    assert all(entry.state == "present" for entry in blueprint.entries)


async def test_the_sign_in_asks_for_name_password_and_a_second_factor_of_those_who_have_one(bench: Bench) -> None:
    snapshot = await shipped(bench, "default.yaml")
    assert stages(snapshot, "default-authentication-flow") == [
        (10, "default-authentication-identification"),
        (20, "default-authentication-password"),
        (30, "default-authentication-validate"),
        (100, "default-authentication-login"),
    ]
    flow = snapshot.flow("default-authentication-flow")
    assert flow is not None
    assert (flow.designation, flow.authentication) == ("authentication", "require_unauthenticated")
    (identification,) = snapshot.all(IdentificationStage)
    assert (identification.user_fields, identification.password_stage) == (["username", "email"], None)
    assert [len(list(snapshot.all(cls))) for cls in (PasswordStage, UserLoginStage)] == [1, 1]


async def test_the_demo_has_two_users_with_the_password_that_is_printed(bench: Bench) -> None:
    await bench.apply(text("demo.yaml"))
    for username in (DEMO_USER, "guest"):
        user = await bench.database.read(find_user, username=username)
        assert user is not None
        assert verify_password(user.password_hash, DEMO_PASSWORD)


async def test_the_demos_password_can_be_chosen(bench: Bench) -> None:
    await bench.apply(text("demo.yaml"), context={"password": "another one"})
    user = await bench.database.read(find_user, username=DEMO_USER)
    assert user is not None
    assert verify_password(user.password_hash, "another one")


async def test_the_demo_enrols_in_three_ways(bench: Bench) -> None:
    snapshot = await shipped(bench, "demo.yaml")
    assert stages(snapshot, "default-sms-enrollment") == [(10, "demo-ask-phone"), (20, "demo-sms")]
    assert stages(snapshot, "sms-enrollment-direct") == [(10, "demo-sms-direct")]
    assert stages(snapshot, "sms-verify-only") == [(10, "demo-sms-verify-only")]
    for slug in ("default-sms-enrollment", "sms-enrollment-direct", "sms-verify-only"):
        flow = snapshot.flow(slug)
        assert flow is not None
        assert (flow.title, flow.designation) == ("Add your phone", "stage_configuration")
        assert flow.authentication == "require_authenticated"
    (policy,) = snapshot.all(ExpressionPolicy)
    assert {ask.name: ask.validation_policies for ask in snapshot.all(PromptStage)} == {
        "demo-ask-phone": [policy.pk],
    }


async def test_the_demo_signs_in_with_a_second_factor_and_sets_one_up_on_the_way(bench: Bench) -> None:
    snapshot = await shipped(bench, "demo.yaml")
    assert stages(snapshot, "sign-in-with-second-factor") == [
        (10, "demo-who"),
        (20, "demo-password"),
        (30, "demo-second-factor"),
        (100, "demo-login"),
    ]
    (validate,) = snapshot.all(AuthenticatorValidateStage)
    assert (validate.device_classes, validate.not_configured_action) == (["sms", "totp", "static"], "configure")
    (setup,) = validate.configuration_stages
    assert snapshot.require(setup, AuthenticatorSMSStage).name == "demo-sms-direct"


async def test_people_join_with_their_phone(bench: Bench) -> None:
    for name in ("default.yaml", "demo.yaml"):
        await bench.apply(text(name))
    await bench.apply(text("enrollment.yaml"), context=DEMO_STAGE)
    snapshot = Snapshot(await bench.objects())
    assert stages(snapshot, "default-enrollment-flow") == [
        (10, "default-enrollment-prompt"),
        (20, "demo-sms"),
        (30, "default-enrollment-user-write"),
        (100, "default-enrollment-login"),
    ]
    flow = snapshot.flow("default-enrollment-flow")
    assert flow is not None
    assert (flow.designation, flow.authentication) == ("enrollment", "require_unauthenticated")
    assert sign_in_of(snapshot).enrollment_flow == flow.pk


async def test_recovery_is_off_until_it_is_applied_and_asks_two_factors(bench: Bench) -> None:
    before = await shipped(bench, "default.yaml")
    assert before.flow("default-recovery-flow") is None
    assert sign_in_of(before).recovery_flow is None
    snapshot = await shipped(bench, "recovery.yaml")
    assert [label for _, label in stages(snapshot, "default-recovery-flow")][:4] == [
        "default-recovery-identification",
        "default-recovery-phone",
        "default-recovery-another-factor",
        "default-recovery-prompt",
    ]
    flow = snapshot.flow("default-recovery-flow")
    assert flow is not None
    assert flow.designation == "recovery"
    assert sign_in_of(snapshot).recovery_flow == flow.pk
    assert sign_in_of(snapshot).user_fields == ["username", "email"]


async def test_people_leave_after_they_have_said_so_and_proven_who_they_are(bench: Bench) -> None:
    snapshot = await shipped(bench, "unenrollment.yaml")
    assert [label for _, label in stages(snapshot, "default-unenrollment-flow")] == [
        "default-unenrollment-prompt",
        "default-unenrollment-validate",
        "default-unenrollment-password",
        "default-unenrollment-user-delete",
    ]
    flow = snapshot.flow("default-unenrollment-flow")
    assert flow is not None
    assert flow.authentication == "require_authenticated"


def sign_in_of(snapshot: Snapshot) -> IdentificationStage:
    return next(one for one in snapshot.all(IdentificationStage) if one.name == "default-authentication-identification")


async def test_an_app_and_recovery_codes_can_be_set_up_everywhere_and_everybody_can_sign_out(bench: Bench) -> None:
    snapshot = await shipped(bench, "default.yaml")
    for name in ("totp", "static"):
        slug = f"default-authenticator-{name}-setup"
        assert stages(snapshot, slug) == [(0, slug)]
        flow = snapshot.flow(slug)
        assert flow is not None
        assert (flow.designation, flow.authentication) == ("stage_configuration", "require_authenticated")
    assert stages(snapshot, "default-invalidation-flow") == [(0, "default-invalidation-logout")]


async def test_every_stage_of_the_demo_sends_to_the_handset_alone_and_can_be_set_up(bench: Bench) -> None:
    snapshot = await shipped(bench, "demo.yaml")
    found = {stage.name: stage for stage in snapshot.all(AuthenticatorSMSStage)}
    assert {stage.provider for stage in found.values()} == {"demo"}
    assert len({stage.friendly_name for stage in found.values()} - {""}) == 3
    assert {name: stage.verify_only for name, stage in found.items()} == {
        "demo-sms": False,
        "demo-sms-direct": False,
        "demo-sms-verify-only": True,
    }
    for stage in found.values():
        assert stage.configure_flow is not None
        assert any(binding.stage == stage.pk for binding in snapshot.stage_bindings(stage.configure_flow))


async def test_the_demo_stands_beside_the_sign_in(bench: Bench) -> None:
    await bench.apply(text("default.yaml"))
    assert set(await bench.actions(text("demo.yaml"))) == {"created"}
