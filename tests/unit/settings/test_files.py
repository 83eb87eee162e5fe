"""Settings given as files, as container secrets are."""

from pathlib import Path

import pytest

from watchword.errors import SettingsInvalid
from watchword.settings import SETTINGS, load

KEY = "k" * 32


def problem(environ: dict[str, str], data_dir: Path) -> str:
    with pytest.raises(SettingsInvalid) as caught:
        load(environ, data_dir=data_dir)
    return caught.value.message


def test_a_files_content_is_the_value_without_the_white_space_around(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("  first password \n")
    settings = load({"WATCHWORD_BOOTSTRAP_PASSWORD_FILE": str(tmp_path / "password")}, data_dir=tmp_path)
    assert settings.bootstrap_password == "first password"


@pytest.mark.parametrize("info", [info for info in SETTINGS if info.default], ids=lambda info: info.field)
def test_every_setting_may_be_a_file(tmp_path: Path, info: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name, default = info.name, info.default  # type: ignore[attr-defined]  # pytest's ids want an object
    (tmp_path / "value").write_text(f"{default}\n")
    assert load({f"{name}_FILE": str(tmp_path / "value")}) == load({})


def test_name_and_file_together_are_a_contradiction(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    environ = {"WATCHWORD_SECRET_KEY": KEY, "WATCHWORD_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert problem(environ, tmp_path) == (
        "WATCHWORD_SECRET_KEY and WATCHWORD_SECRET_KEY_FILE are both set. Unset one of them."
    )


def test_an_empty_name_beside_a_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    environ = {"WATCHWORD_SECRET_KEY": "", "WATCHWORD_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert load(environ, data_dir=tmp_path / "data").secret_key == KEY


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe\x00secret"])
def test_a_file_that_holds_no_text_is_a_problem_with_its_fix(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    message = problem({"WATCHWORD_SECRET_KEY_FILE": str(tmp_path / "key")}, tmp_path)
    assert message.startswith(f"WATCHWORD_SECRET_KEY cannot be read from {tmp_path / 'key'}")
    assert message.endswith(".")
    assert "secret\n" not in message


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    assert "cannot be read from" in problem({"WATCHWORD_SECRET_KEY_FILE": str(tmp_path)}, tmp_path)


def test_what_stands_in_a_file_is_checked_like_any_other_value(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("too short")
    message = problem({"WATCHWORD_SECRET_KEY_FILE": str(tmp_path / "key")}, tmp_path)
    assert "32 characters or more" in message
    assert "too short" not in message
