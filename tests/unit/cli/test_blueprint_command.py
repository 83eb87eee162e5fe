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


def apply(tmp_path: Path, text: str | bytes, env: dict[str, str] | None = None, *options: str) -> Result:
    file = tmp_path / "config.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    arguments = ["blueprint", "apply", str(file), "--data-dir", str(tmp_path / "data"), *options]
    return CliRunner().invoke(main, arguments, env=env or {}, catch_exceptions=False)


def test_what_was_done_is_a_line_each_and_the_second_time_nothing_is(tmp_path: Path) -> None:
    assert apply(tmp_path, GROUP).stdout == "created    authentik_core.group people\n"
    again = apply(tmp_path, GROUP)
    assert (again.stdout, again.stderr, again.exit_code) == ("unchanged  authentik_core.group people\n", "", 0)


def test_advice_goes_to_stderr_and_knows_the_public_name(tmp_path: Path) -> None:
    token = {"GATEWAY_TOKEN": "t"}
    long = {"WATCHWORD_PUBLIC_URL": f"https://{'sms-' * 8}authenticator.example.org", **token}
    assert apply(tmp_path, SMS, token).stderr == ""
    told = apply(tmp_path, SMS, long)
    assert told.exit_code == 0
    assert "config.yaml:9: authentik_stages_authenticator_sms.authenticatorsmsstage: message: " in told.stderr
    assert told.stdout.count("\n") == 1


def test_a_secret_that_is_not_set_is_told(tmp_path: Path) -> None:
    told = apply(tmp_path, SMS)
    assert told.exit_code == 0
    assert "config.yaml:8: authentik_stages_authenticator_sms.authenticatorsmsstage: auth: There is no" in told.stderr


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


def test_a_secret_of_the_environment_is_told_nowhere(tmp_path: Path) -> None:
    for text in (SMS, SMS.replace("provider: generic", "provider: !Env GATEWAY_TOKEN")):
        result = apply(tmp_path, text, {"GATEWAY_TOKEN": "sEcReT-0815"})
        assert "sEcReT" not in result.output + result.stderr


def shipped(tmp_path: Path, *arguments: str) -> Result:
    given = ["blueprint", "apply", *arguments, "--data-dir", str(tmp_path / "data")]
    return CliRunner().invoke(main, given, catch_exceptions=False)


def test_what_comes_along_is_listed_with_what_it_does() -> None:
    listed = CliRunner().invoke(main, ["blueprint", "list"], catch_exceptions=False)
    names = [line.split()[0] for line in listed.stdout.splitlines()]
    assert names == ["default", "demo", "enrollment", "recovery", "unenrollment"]
    assert "A forgotten password" in listed.stdout


def test_what_comes_along_is_applied_by_its_name(tmp_path: Path) -> None:
    done = shipped(tmp_path, "recovery")
    assert done.exit_code == 0
    assert "created    authentik_flows.flow Recover\n" in done.stdout
    assert "skipped" in done.stdout  # there is no sign-in yet that could offer it


def test_a_value_of_the_context_is_given_on_the_command_line(tmp_path: Path) -> None:
    apply(tmp_path, SMS, {"GATEWAY_TOKEN": "t"})
    missing = shipped(tmp_path, "enrollment")
    assert missing.exit_code == 1
    assert "enrollment.yaml" not in missing.stderr
    assert "enrollment:" in missing.stderr
    assert shipped(tmp_path, "enrollment", "--context", "sms_stage=sms").exit_code == 0
    wrong = shipped(tmp_path, "enrollment", "--context", "sms")
    assert (wrong.exit_code, wrong.stderr) == (1, "Error: Write --context as KEY=VALUE.\n")


def test_a_file_that_is_not_there_is_a_sentence_that_names_those_that_are(tmp_path: Path) -> None:
    failed = shipped(tmp_path, "recovry")
    assert failed.exit_code == 1
    assert "recovry cannot be read" in failed.stderr
    assert "recovery, unenrollment." in failed.stderr


MIXED = f"{GROUP}  - id: mail\n    model: authentik_stages_email.emailstage\n    identifiers: {{name: mail}}\n"


def test_what_watchword_has_not_is_refused_with_a_way_out(tmp_path: Path) -> None:
    failed = apply(tmp_path, MIXED)
    assert (failed.exit_code, failed.stdout) == (1, "")
    first, second = failed.stderr.splitlines()
    assert first.endswith("config.yaml:5: authentik_stages_email.emailstage: Watchword has no such model.")
    assert second == "--skip-unknown leaves out what Watchword has not, and what refers to it."


def test_another_problem_has_no_such_way_out(tmp_path: Path) -> None:
    failed = apply(tmp_path, GROUP.replace("name: people", "colour: red"))
    assert failed.exit_code == 1
    assert "--skip-unknown" not in failed.stderr


def test_what_is_left_out_is_told_with_its_line_and_counted(tmp_path: Path) -> None:
    done = apply(tmp_path, MIXED, None, "--skip-unknown")
    assert done.exit_code == 0
    assert done.stdout == (
        "created    authentik_core.group people\nleft out   authentik_stages_email.emailstage mail\n"
    )
    reason, count = done.stderr.splitlines()
    assert reason.startswith("Left out: ")
    assert reason.endswith("config.yaml:5: authentik_stages_email.emailstage: Watchword has no such model.")
    assert count == "1 of 2 entries were left out; everything else was applied."


def test_another_blueprint_that_is_applied_in_place_has_its_lines(tmp_path: Path) -> None:
    text = (
        "entries:\n  - {model: authentik_blueprints.metaapplyblueprint, attrs: {identifiers: {name: unenrollment}}}\n"
    )
    done = apply(tmp_path, text)
    assert done.stdout.startswith("applied    authentik_blueprints.metaapplyblueprint unenrollment\ncreated ")
