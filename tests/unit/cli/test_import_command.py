"""`watchword import-authentik` as it is typed."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.doubles.authentik import TOKEN, Authentik, serving
from tests.doubles.certificates import self_signed
from tests.unit.cli.commands import Commands, is_refused, look
from tests.unit.migration.world import lists
from watchword.storage.config import list_revisions
from watchword.storage.devices import list_devices
from watchword.storage.users import find_user

SECRETS = (TOKEN, "4915123456713", "23456713", "7400123456")


@pytest.fixture
def authentik() -> Iterator[Authentik]:
    with serving(Authentik(lists())) as served:
        yield served


def run(commands: Commands, authentik: Authentik, *options: str, token: str = TOKEN) -> Result:
    result = commands.run("import-authentik", "--url", authentik.url, *options, import_token=token)
    assert not [secret for secret in SECRETS if secret in result.output]
    return result


def whole(authentik: Authentik) -> None:
    """Leaves nothing there that cannot come."""
    found = authentik.lists
    found["/core/users/"] = [one for one in found["/core/users/"] if one["username"].startswith("person")]
    found["/core/groups/"] = [one for one in found["/core/groups/"] if not one["is_superuser"]]


def test_what_came_is_counted_and_what_did_not_is_told(commands: Commands, authentik: Authentik) -> None:
    result = run(commands, authentik)
    assert result.exit_code == 2, result.output
    assert "8 created, 3 left out" in result.stdout
    assert "flow consent (created)" in result.stdout
    assert "Watchword has no Consent Stage." in result.stdout
    assert "phone +49 ••• ••13 of person7 (left out)" in result.stdout
    assert "Passwords do not leave authentik" in result.stdout
    assert look(commands, find_user, username="person3") is not None
    assert len(look(commands, list_devices)) == 2


def test_where_all_came_the_status_is_0(commands: Commands, authentik: Authentik) -> None:
    whole(authentik)
    result = run(commands, authentik, "--only", "users,groups")
    assert result.exit_code == 0, result.output
    assert "Left out" not in result.stdout


def test_a_dry_run_says_so_and_changes_nothing(commands: Commands, authentik: Authentik) -> None:
    result = run(commands, authentik, "--dry-run")
    assert result.exit_code == 2
    assert result.stdout.startswith("Nothing was changed")
    assert look(commands, find_user, username="person3") is None


def test_the_report_for_programs_is_json(commands: Commands, authentik: Authentik) -> None:
    said = json.loads(run(commands, authentik, "--json").stdout)
    assert (said["dry_run"], said["whole"], said["changed"]) == (False, False, True)
    assert {"kind": "group", "label": "staff", "fate": "created", "why": [], "notes": []} in said["lines"]
    said = json.loads(run(commands, authentik, "--json").stdout)
    assert not said["changed"]


def test_the_sign_in_of_each_installation_is_there_before_any_other_comes(
    commands: Commands, authentik: Authentik
) -> None:
    """Else the first start after an import would find some sign-in, and not make its own."""
    run(commands, authentik)
    authors = [revision.author for revision in look(commands, list_revisions)]
    assert authors == ["watchword import-authentik", "watchword"]


def test_the_token_can_stand_in_a_file(commands: Commands, authentik: Authentik, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    result = run(commands, authentik, "--token-file", str(file), "--only", "groups", token="wrong")
    assert "3 created" in result.stdout


def test_the_token_can_be_typed(commands: Commands, authentik: Authentik) -> None:
    assert "3 created" in run(commands, authentik, "--token", TOKEN, "--only", "groups", token="wrong").stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--only", "flows,cats"), "--only names some of flows, groups, users, devices"),
        (("--only", ""), "--only names"),
        (("--only", "users", "--flow", "sms-enrol"), "--flow says which flows come"),
        (("--token", "x", "--token-file", "y"), "not both"),
        (("--token-file", "/no/such/file"), "/no/such/file cannot be read."),
        (("--ca-file", "/no/such/file"), "no certificates"),
        (("--devices-at", "nothing"), "There is no SMS stage nothing here"),
    ],
)
def test_a_slip_is_one_sentence(commands: Commands, authentik: Authentik, options: tuple[str, ...], words: str) -> None:
    assert is_refused(_quiet(run(commands, authentik, *options)), words)


def test_without_a_token_it_is_said_where_one_goes(commands: Commands, authentik: Authentik) -> None:
    assert is_refused(run(commands, authentik, token=""), "WATCHWORD_IMPORT_TOKEN", "--token-file")
    assert authentik.asked == []


def test_a_plain_address_elsewhere_is_refused_before_the_token_leaves(commands: Commands) -> None:
    result = commands.run("import-authentik", "--url", "http://auth.example.org", import_token=TOKEN)
    assert is_refused(result, "in clear")


def test_a_wrong_token_fails_and_is_not_repeated(commands: Commands, authentik: Authentik) -> None:
    result = run(commands, authentik, token="a-wrong-token")
    assert is_refused(_quiet(result), "refuses the token")
    assert "a-wrong-token" not in result.output


def test_a_certificate_that_nobody_vouches_for_is_refused_until_one_does(commands: Commands, tmp_path: Path) -> None:
    with serving(Authentik(lists(), tls=self_signed(tmp_path))) as authentik:
        assert is_refused(_quiet(run(commands, authentik)), "certificate is not trusted")
        assert authentik.asked == []
        result = run(commands, authentik, "--ca-file", str(tmp_path / "server.pem"), "--only", "groups")
        assert "3 created" in result.stdout


def test_whoever_stops_it_is_told_how_it_goes_on(
    commands: Commands, authentik: Authentik, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["watchword.cli.import_authentik"], "with_database", stopped)
    result = run(commands, authentik)
    assert result.exit_code == 130
    assert "run the same command again" in result.stderr


def _quiet(result: Result) -> Result:
    """Without the names of what was under way."""
    kept = [line for line in result.stderr_bytes.decode().splitlines(True) if line.startswith("Error: ")]
    result.stderr_bytes = "".join(kept).encode()
    return result
