"""`watchword blueprint apply`, as it is typed."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from watchword.cli import main

GROUP = "version: 1\nentries:\n  - model: authentik_core.group\n    identifiers: {name: people}\n"
SMS = """\
version: 1
entries:
  - model: authentik_stages_authenticator_sms.authenticatorsmsstage
    identifiers: {name: sms}
    attrs:
      provider: generic
      account_sid: https://gateway.example.org/send
      auth: !Env GATEWAY_TOKEN
      message: "{code} for {host} aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
"""


def apply(tmp_path: Path, text: str | bytes, env: dict[str, str] | None = None) -> Result:
    file = tmp_path / "config.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    arguments = ["blueprint", "apply", str(file), "--data-dir", str(tmp_path / "data")]
    return CliRunner().invoke(main, arguments, env=env or {}, catch_exceptions=False)


def test_what_was_done_is_a_line_each_and_the_second_time_nothing_is(tmp_path: Path) -> None:
    assert apply(tmp_path, GROUP).stdout == "created    authentik_core.group people\n"
    again = apply(tmp_path, GROUP)
    assert (again.stdout, again.stderr, again.exit_code) == ("unchanged  authentik_core.group people\n", "", 0)


def test_advice_goes_to_stderr_and_knows_the_public_name(tmp_path: Path) -> None:
    long = {"WATCHWORD_PUBLIC_URL": f"https://{'sms-' * 8}authenticator.example.org"}
    assert apply(tmp_path, SMS).stderr == ""
    told = apply(tmp_path, SMS, long)
    assert told.exit_code == 0
    assert "config.yaml:9: authentik_stages_authenticator_sms.authenticatorsmsstage: message: " in told.stderr
    assert told.stdout.count("\n") == 1


def test_a_problem_is_told_with_file_and_line_and_nothing_is_applied(tmp_path: Path) -> None:
    failed = apply(tmp_path, GROUP + "  - model: no.such\n    identifiers: {name: x}\n")
    assert failed.exit_code == 1
    assert failed.stdout == ""
    assert failed.stderr.startswith(f"Error: {tmp_path}/config.yaml:5: no.such: Watchword has no such model.")
    assert apply(tmp_path, GROUP).stdout.startswith("created ")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x80abc"])
def test_a_file_that_is_no_text_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    failed = apply(tmp_path, content)
    assert (failed.exit_code, failed.stderr) == (1, f"Error: {tmp_path}/config.yaml is no text in UTF-8.\n")


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert apply(tmp_path, b"\xef\xbb\xbf" + GROUP.encode()).exit_code == 0


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["blueprint", "apply", str(tmp_path / "no.yaml")])
    assert result.exit_code == 2
    assert "exist" in result.stderr


def test_a_secret_of_the_environment_is_told_nowhere(tmp_path: Path) -> None:
    for text in (SMS, SMS.replace("provider: generic", "provider: !Env GATEWAY_TOKEN")):
        result = apply(tmp_path, text, {"GATEWAY_TOKEN": "sEcReT-0815"})
        assert "sEcReT" not in result.output + result.stderr
