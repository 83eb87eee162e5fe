"""The table that start-up, the documentation and its test are made from."""

import re
from pathlib import Path

import msgspec
import pytest
from rich.pretty import pretty_repr

from watchword.settings import SETTINGS, SettingInfo, Settings, load

IDS = [info.field for info in SETTINGS]
SECRETS = {
    "database_url": "postgresql://sms:database-password@db/sms",
    "secret_key": "secret-key-" * 4,
    "secret_key_previous": "older-key-" * 4,
    "bootstrap_password": "first-password",
    "bootstrap_token": "first-token",
    "metrics_token": "the-token-of-prometheus",
}


def test_the_table_names_every_field_once() -> None:
    assert sorted(IDS) == sorted(field.name for field in msgspec.structs.fields(Settings))


@pytest.mark.parametrize("info", SETTINGS, ids=IDS)
def test_every_setting_has_a_name_and_a_sentence(info: SettingInfo) -> None:
    assert re.fullmatch(r"WATCHWORD_[A-Z]+(_[A-Z]+)*", info.name)
    assert not info.name.endswith("_FILE")
    assert re.fullmatch(r"[A-Z].+\.", info.help)


def test_no_two_settings_share_a_name() -> None:
    assert len({info.name for info in SETTINGS}) == len(SETTINGS)


@pytest.mark.parametrize("info", [info for info in SETTINGS if info.default], ids=lambda info: info.field)
def test_every_default_is_a_legal_value(info: SettingInfo) -> None:
    info.read(info.default)


def test_the_names_that_differ_from_their_fields() -> None:
    differ = {info.field: info.name for info in SETTINGS if info.variable}
    assert differ == {"policy_timeout": "WATCHWORD_EXPRESSION_TIMEOUT", "policy_memory": "WATCHWORD_EXPRESSION_MEMORY"}


@pytest.mark.parametrize("show", [repr, str, pretty_repr, "{!r:}".format, lambda value: repr([value])])
def test_settings_never_show_their_secrets(show: object) -> None:
    settings = load({}, **SECRETS)
    shown = show(settings)  # type: ignore[operator]  # one of several ways
    assert "policy_timeout=1.0" in shown
    hidden = ("database-password", "secret-key-", "older-key-", "first-password", "first-token", "token-of-prometheus")
    for secret in hidden:
        assert secret not in shown


def test_whether_a_secret_is_set_is_shown(tmp_path: Path) -> None:
    shown = repr(load({}, data_dir=tmp_path, bootstrap_token="first-token"))
    assert "bootstrap_password=None" in shown
    assert "bootstrap_token='***'" in shown


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(AttributeError, match="immutable"):
        load({}, data_dir=tmp_path).log_level = "debug"  # type: ignore[misc]  # what the test is about
