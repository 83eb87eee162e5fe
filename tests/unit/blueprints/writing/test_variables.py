"""The names of secrets: readable, the same on every server, and no two alike."""

import re

from hypothesis import given
from hypothesis import strategies as st

from watchword.blueprints.writing.variables import Secret, variable_of_user, variables
from watchword.settings.table import PREFIX
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage

names = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=6), unique=True, max_size=8)


def sms(name: str, auth: str = "s", password: str = "") -> AuthenticatorSMSStage:
    return AuthenticatorSMSStage(name=name, provider="demo", auth=auth, auth_password=password)


def test_a_name_says_whose_secret_it_is() -> None:
    stage = sms("SMS: Twilio", password="p")
    assert variables([stage, DenyStage(name="deny")]) == {
        Secret(stage.pk, "auth"): "BLUEPRINT_SECRET_SMS_TWILIO_AUTH",
        Secret(stage.pk, "auth_password"): "BLUEPRINT_SECRET_SMS_TWILIO_AUTH_PASSWORD",
    }


def test_what_is_not_set_has_no_name() -> None:
    assert variables([sms("a", auth="")]) == {}


def test_the_same_names_elsewhere_come_to_the_same_variables() -> None:
    """The uuids are others there, and the order too."""
    here, there = [[sms(name) for name in order] for order in (("a b", "a-b", "ä"), ("ä", "a-b", "a b"))]
    assert sorted(variables(here).values()) == sorted(variables(there).values())
    assert len(set(variables(here).values())) == 3


@given(names)
def test_each_secret_has_its_own_and_none_is_a_setting(called: list[str]) -> None:
    found = list(variables([sms(name, password="p") for name in called]).values())
    assert len(found) == len(set(found)) == 2 * len(called)
    assert all(re.fullmatch(r"BLUEPRINT_[A-Z0-9_]+", name) for name in found)
    assert not any(name.startswith(PREFIX) for name in found)


def test_a_user_has_one_by_his_number() -> None:
    assert variable_of_user(7) == "BLUEPRINT_USERNAME_7"
