"""The forms, as they follow from the descriptions of the fields."""

from collections import Counter
from typing import Any, Literal, get_args, get_origin

import pytest

from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of, secret_fields
from watchword.model.input import shapes
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.settings import Provider
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.catalogue import CATALOGUE
from watchword.web.pages.console.control import Control
from watchword.web.pages.console.controls import Choices, fieldsets, initial
from watchword.web.pages.console.groups import GATEWAYS, does_something, groups_of
from watchword.web.pages.console.option_words import option_label
from watchword.web.pages.console.sections import SECTIONS, kind_name, section_of

every_model = pytest.mark.parametrize("cls", CATALOGUE.values(), ids=lambda cls: cls.__name__)


def controls(cls: type[ConfigObject], given: dict[str, Any] | None = None, **more: Any) -> dict[str, Control]:
    choices = Choices(Snapshot(), **more)
    made = fieldsets(cls, initial(cls) if given is None else given, choices, {}, stored=frozenset())
    return {control.name: control for fieldset in made for control in fieldset.controls}


@every_model
def test_every_field_that_does_something_is_on_the_form_once(cls: type[ConfigObject]) -> None:
    shown = Counter(name for group in groups_of(cls) for name in group.fields)
    assert shown == Counter({info.name: 1 for info in fields_of(cls) if does_something(info)})


@every_model
def test_every_model_has_a_section_and_every_control_a_title(cls: type[ConfigObject]) -> None:
    assert section_of(cls).kind(kind_name(cls)) is cls
    assert all(control.title for control in controls(cls).values())


def test_addresses_of_sections_do_not_meet() -> None:
    assert len({section.url for section in SECTIONS}) == len(SECTIONS)


@every_model
def test_no_secret_stands_in_a_form(cls: type[ConfigObject]) -> None:
    secrets = secret_fields(cls)
    for name, control in controls(cls, dict.fromkeys(secrets, "s3cret")).items():
        assert "s3cret" not in repr(control), name
        assert (control.kind == "secret") is (name in secrets)


@every_model
def test_every_choice_has_all_its_values_in_words(cls: type[ConfigObject]) -> None:
    for name, control in controls(cls, trying_out=True).items():
        base = shapes(cls)[name].base
        values = get_args(base) if get_origin(base) is Literal else ()
        assert set(values) <= {option.value for option in control.options}
        assert all(option.label and "_" not in option.label for option in control.options if option.value in values)


def test_gateways_that_send_nothing_are_for_trying_out() -> None:
    def offered(**more: Any) -> set[str]:
        given = {"provider": more.pop("provider", "")}
        return {option.value for option in controls(AuthenticatorSMSStage, given, **more)["provider"].options}

    assert offered() == {"", "twilio", "generic"}
    assert offered(trying_out=True) == {"", *get_args(Provider)}
    assert offered(provider="demo") == {"twilio", "generic", "demo"}


def test_what_a_gateway_has_not_is_not_shown_for_it() -> None:
    made = controls(AuthenticatorSMSStage)
    assert {name for name, control in made.items() if control.meanings} == GATEWAYS.keys()
    for_twilio = {name for name, meanings in GATEWAYS.items() if "twilio" in meanings}
    assert {"account_sid", "api_key_sid", "auth"} <= for_twilio
    assert not {"auth_type", "auth_password"} & for_twilio
    assert made["account_sid"].meanings["generic"].title == "External API URL"


def test_words_are_made_where_there_are_none() -> None:
    assert option_label("sidebar_left") == "Sidebar left"
    assert option_label("twilio") == "Twilio"
