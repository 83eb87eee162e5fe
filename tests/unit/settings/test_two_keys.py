"""The previous key: from a setting, or from the file that a rotation leaves until it has ended."""

import os
import stat
from pathlib import Path

import pytest

from watchword.errors import SettingsInvalid
from watchword.settings import load, secret_key
from watchword.settings.secret_key import begin_rotation, end_rotation, kept, previous

OLD, NEW = "o" * 40, "n" * 40


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "secret_key").write_text(f"{OLD}\n")
    return tmp_path


def keys(data_dir: Path, **overrides: str) -> tuple[str, str | None]:
    settings = load({}, data_dir=data_dir, **overrides)
    return settings.secret_key, settings.secret_key_previous


def test_without_a_rotation_there_is_none(data_dir: Path) -> None:
    assert keys(data_dir) == (OLD, None)


def test_a_new_key_takes_the_place_of_the_old_one_which_is_the_previous_one_then(data_dir: Path) -> None:
    begin_rotation(data_dir)
    new, old = keys(data_dir)
    assert old == OLD
    assert len(new) >= 43
    assert new != OLD
    for file in data_dir.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600 or file.read_text().strip() == OLD


def test_a_rotation_that_has_begun_makes_no_third_key(data_dir: Path) -> None:
    begin_rotation(data_dir)
    before = keys(data_dir)
    begin_rotation(data_dir)
    assert keys(data_dir) == before


def test_at_its_end_the_old_key_is_put_aside(data_dir: Path) -> None:
    begin_rotation(data_dir)
    aside = end_rotation(data_dir, "ab12cd34")
    assert aside == data_dir / "secret_key.ab12cd34"
    assert aside.read_text().strip() == OLD
    assert previous(data_dir) is None
    assert end_rotation(data_dir, "ab12cd34") is None
    begin_rotation(data_dir)
    assert previous(data_dir) != OLD


class Killed(BaseException):
    pass


@pytest.mark.parametrize("calls", range(1, 9))
@pytest.mark.parametrize("name", ["os.replace", "os.open", "os.fsync", "os.write"])
def test_wherever_it_is_killed_both_keys_are_whole_and_the_same_again_ends_it(
    data_dir: Path, name: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its end, too: then no kill came."""
    real, count = getattr(os, name.removeprefix("os.")), iter(range(calls, 0, -1))

    def kill(*arguments: object, **named: object) -> object:
        if next(count, 0) == 1:
            raise Killed
        return real(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(name, kill)
        try:
            begin_rotation(data_dir)
        except Killed:
            assert OLD in (kept(data_dir), previous(data_dir))
    begin_rotation(data_dir)
    assert previous(data_dir) == OLD
    assert kept(data_dir) not in (None, OLD)
    assert [path.name for path in sorted(data_dir.iterdir()) if "partial" not in path.name] == [
        "secret_key",
        "secret_key.previous",
    ]


def test_a_directory_that_cannot_be_written(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(secret_key, "_replace", full)
    with pytest.raises(SettingsInvalid, match="No space left"):
        begin_rotation(data_dir)
    assert keys(data_dir) == (OLD, None)


def test_a_key_from_the_environment_may_follow_the_one_that_is_kept(data_dir: Path) -> None:
    assert keys(data_dir, secret_key=NEW, secret_key_previous=OLD) == (NEW, OLD)
    assert keys(data_dir, secret_key=OLD, secret_key_previous=NEW) == (OLD, NEW)
    with pytest.raises(SettingsInvalid, match="differs from the key kept in"):
        keys(data_dir, secret_key=NEW)


def test_where_no_key_is_kept_nothing_is_rotated(tmp_path: Path) -> None:
    begin_rotation(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_short_previous_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="WATCHWORD_SECRET_KEY_PREVIOUS must have 32 characters"):
        load({"WATCHWORD_SECRET_KEY_PREVIOUS": "short"}, data_dir=tmp_path)
