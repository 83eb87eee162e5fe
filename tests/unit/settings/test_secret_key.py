"""The key that an installation with the embedded database makes for itself."""

import os
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from watchword.errors import SettingsInvalid
from watchword.settings import load, secret_key

KEY = "k" * 40


def problem(data_dir: Path, **overrides: str) -> str:
    with pytest.raises(SettingsInvalid) as caught:
        load({}, data_dir=data_dir, **overrides)
    return caught.value.message


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = load({}, data_dir=tmp_path).secret_key
    assert len(first) >= 43, "256 bits in URL-safe base 64"
    assert load({}, data_dir=tmp_path).secret_key == first


def test_every_installation_has_a_key_of_its_own(tmp_path: Path) -> None:
    assert load({}, data_dir=tmp_path / "a").secret_key != load({}, data_dir=tmp_path / "b").secret_key


def test_only_the_owner_may_read_the_key(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        load({}, data_dir=tmp_path / "data")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    gate = threading.Barrier(8)

    def start(_: int) -> str:
        gate.wait()
        return load({}, data_dir=tmp_path / "data").secret_key

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(start, range(8)))
    assert keys == {(tmp_path / "data" / "secret_key").read_text().strip()}


def test_a_process_waits_for_another_that_is_just_writing(tmp_path: Path) -> None:
    file = tmp_path / "secret_key"
    file.touch()

    def write() -> None:
        time.sleep(0.05)
        file.write_text(KEY[:10])
        time.sleep(0.05)
        file.write_text(KEY + "\n")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert load({}, data_dir=tmp_path).secret_key == KEY
    finally:
        writer.join()


def test_a_file_without_a_whole_key_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_key, "_PATIENCE", 0.03)
    (tmp_path / "secret_key").write_text("cut short")
    message = problem(tmp_path)
    assert "holds no whole key. Restore it" in message
    assert "cut short" not in message
    assert (tmp_path / "secret_key").read_text() == "cut short"


def test_a_key_from_the_environment_is_not_written_down(tmp_path: Path) -> None:
    assert load({"WATCHWORD_SECRET_KEY": KEY}, data_dir=tmp_path).secret_key == KEY
    assert not (tmp_path / "secret_key").exists()


def test_a_key_from_the_environment_may_repeat_the_kept_one(tmp_path: Path) -> None:
    kept = load({}, data_dir=tmp_path).secret_key
    assert load({"WATCHWORD_SECRET_KEY": kept}, data_dir=tmp_path).secret_key == kept


def test_a_key_that_contradicts_the_kept_one_stops_the_start(tmp_path: Path) -> None:
    kept = load({}, data_dir=tmp_path).secret_key
    message = problem(tmp_path, secret_key=KEY)
    assert "differs from the key kept in" in message
    assert "Unset it" in message
    assert KEY not in message
    assert kept not in message


def test_a_key_file_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes(b"\xff" * 40)
    assert "cannot be read. Make it readable" in problem(tmp_path)


def test_a_data_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    message = problem(tmp_path / "file" / "data")
    assert message.startswith("WATCHWORD_DATA_DIR: ")
    assert "Name a directory that can be written." in message


def test_a_directory_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    message = problem(tmp_path)
    assert "cannot be written (Permission denied)" in message
    assert "or set WATCHWORD_SECRET_KEY" in message


def test_a_full_disk_leaves_no_empty_key_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert "cannot be written (No space left on device)" in problem(tmp_path)
    assert not (tmp_path / "secret_key").exists()
