"""`watchword device`, as it is typed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from watchword.cli import main

USER = "version: 1\nentries:\n  - model: authentik_core.user\n    identifiers: {username: olivia}\n"
NUMBER = "+4915123456713"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """With one user, who has a phone, and another, who has a phone of which the number was not kept."""
    folder, file = tmp_path / "data", tmp_path / "people.yaml"
    file.write_text(USER + "  - model: authentik_core.user\n    identifiers: {username: oscar}\n")
    assert run(folder, "blueprint", "apply", str(file)).exit_code == 0
    add = (
        "INSERT INTO sms_device (user_id, stage_pk, name, confirmed, created, last_updated, failures_in_a_row,"
        " disabled, phone_number, number_key, key_id, masked, hashed)"
        " SELECT id, 's', ?, 1, date_joined, date_joined, 0, 0, ?, ?, 'k', ?, ? FROM users WHERE username = ?"
    )
    with closing(sqlite3.connect(folder / "watchword.db")) as database, database:
        database.execute(add, ("Phone", NUMBER, "a", "+49 ••• ••13", 0, "olivia"))
        database.execute(add, ("Hidden", None, "b", "", 1, "oscar"))
    return folder


def run(data: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, [*arguments, "--data-dir", str(data)], input=typed, catch_exceptions=False)


def listed(data: Path, username: str) -> str:
    done = run(data, "device", "list", username)
    assert done.exit_code == 0
    return done.stdout


def test_devices_are_listed_with_masked_numbers(data: Path) -> None:
    assert listed(data, "olivia") == "sms:1        ready        +49 ••• ••13     Phone\n"
    assert "not kept" in listed(data, "oscar")
    assert NUMBER not in listed(data, "olivia")


def test_a_device_is_disabled_and_restored(data: Path) -> None:
    assert run(data, "device", "disable", "olivia", "sms:1").stdout == "Phone was disabled by an administrator.\n"
    assert " disabled " in listed(data, "olivia")
    assert run(data, "device", "restore", "olivia", "sms:1").exit_code == 0
    assert " ready " in listed(data, "olivia")
    with closing(sqlite3.connect(data / "watchword.db")) as database, database:
        rows = database.execute("SELECT action, username, context FROM event ORDER BY id").fetchall()
    assert [(action, name) for action, name, _ in rows] == [
        ("device_disabled", "olivia"),
        ("device_restored", "olivia"),
    ]
    assert "watchword device disable" in rows[0][2]


def test_a_device_that_wrong_codes_locked_is_told_from_a_disabled_one(data: Path) -> None:
    with sqlite3.connect(data / "watchword.db") as database:
        database.execute("UPDATE sms_device SET disabled = 1, failures_in_a_row = 100 WHERE id = 1")
    assert listed(data, "olivia").endswith("Phone  (100 wrong codes in a row)\n")
    assert " locked " in listed(data, "olivia")
    assert run(data, "device", "disable", "olivia", "sms:1").exit_code == 0
    assert listed(data, "olivia") == "sms:1        disabled     +49 ••• ••13     Phone\n"


def test_no_command_shows_a_full_number(data: Path) -> None:
    """Its owner may call his phone by it."""
    with sqlite3.connect(data / "watchword.db") as database:
        database.execute("UPDATE sms_device SET name = ? WHERE id = 1", (f"My {NUMBER}",))
    for command in (["list"], ["disable", "sms:1"], ["restore", "sms:1"], ["remove", "sms:1"]):
        done = run(data, "device", command[0], "olivia", *command[1:], typed="y\n")
        assert done.exit_code == 0
        assert "My +49 ••• ••13" in done.output
        assert NUMBER not in done.output


def test_a_removal_asks_first(data: Path) -> None:
    asked = run(data, "device", "remove", "olivia", "sms:1", typed="n\n")
    assert asked.exit_code == 1
    for words in ("This cannot be undone", "the last second factor of its owner", "Remove sms:1 of olivia, Phone?"):
        assert words in asked.output
    assert "sms:1" in listed(data, "olivia")
    assert run(data, "device", "remove", "olivia", "sms:1", "--yes").exit_code == 0
    assert listed(data, "olivia") == ""
    assert "sms:2" in listed(data, "oscar")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("oscar", "sms:1"), "There is no such device."),
        (("olivia", "sms:9"), "There is no such device."),
        (("olivia", "users:1"), "There is no such device."),
        (("olivia", "sms"), "Write the device as"),
        (("olivia", "sms:" + "9" * 300), "Write the device as"),
        (("nobody", "sms:1"), "There is no user nobody."),
    ],
)
def test_what_is_not_there_is_a_sentence(data: Path, arguments: tuple[str, str], sentence: str) -> None:
    for deed in (("disable",), ("restore",), ("remove",), ("remove", "--yes")):
        refused = run(data, "device", *deed, *arguments)
        assert (refused.exit_code, sentence in refused.stderr, refused.stdout) == (1, True, ""), refused.output
    assert " ready " in listed(data, "olivia")
