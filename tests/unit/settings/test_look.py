"""Looking at the settings makes nothing."""

from pathlib import Path

import pytest

from watchword.errors import SettingsInvalid
from watchword.settings import load, look

KEY = "k" * 32


def test_where_there_is_nothing_nothing_is_made(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    settings = look({}, data_dir=nowhere)
    assert settings.secret_key == ""
    assert settings.database_url == f"sqlite:///{nowhere}/watchword.db"
    assert list(tmp_path.iterdir()) == []


def test_after_a_start_it_sees_what_the_server_sees(tmp_path: Path) -> None:
    made = load({}, data_dir=tmp_path)
    assert look({}, data_dir=tmp_path) == made


@pytest.mark.parametrize("database", ["sqlite://", "postgresql://db/sms"])
def test_a_key_that_is_given_counts(tmp_path: Path, database: str) -> None:
    environ = {"WATCHWORD_SECRET_KEY": KEY, "WATCHWORD_DATABASE_URL": database}
    assert look(environ, data_dir=tmp_path).secret_key == KEY


def test_what_contradicts_is_refused_as_at_a_start(tmp_path: Path) -> None:
    load({}, data_dir=tmp_path)
    for environ in (
        {"WATCHWORD_SECRET_KEY": KEY},
        {"WATCHWORD_DATABASE_URL": "postgresql://db/sms"},
        {"WATCHWORD_LOG_LEVEL": "loud"},
        {"WATCHWORD_NONSENSE": "1"},
    ):
        with pytest.raises(SettingsInvalid) as looked:
            look(environ, data_dir=tmp_path)
        with pytest.raises(SettingsInvalid) as loaded:
            load(environ, data_dir=tmp_path)
        assert looked.value.message == loaded.value.message


def test_a_setting_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        look({}, no_such_setting="x")
