"""Every command of ours in the documents is one that there is, and those that are harmless work."""

import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from tests.manual import PAGES, ROOT, Block, blocks, inline_code
from tests.shell_blocks import Typed, commands
from tests.unit.cli.commands import Commands, look
from watchword.bootstrap import DEMO_PASSWORD, DEMO_USER
from watchword.cli import main
from watchword.cli.banner import banner
from watchword.cli.later import commands_of
from watchword.clock import system_clock
from watchword.storage.devices import create_device
from watchword.storage.users import find_user

PLACEHOLDERS = {"NAME": "demo-sms", "USERNAME": "mia"}
"""What a reader puts in their place."""

FILES = {
    "gateway.yaml": ("generic-gateway.md", 0),
    "twilio.yaml": ("twilio.md", 0),
    "sms.yaml": ("twilio.md", 0),
    "mine.yaml": ("", 0),
}
"""Which blueprint a page has its reader save under this name; "" is the demo's."""

ELSEWHERE = {
    "serve": "it runs until it is stopped; tests/e2e starts it everywhere",
    "doctor": "what it finds depends on the machine; tests/unit/cli/test_doctor_command.py",
    "backup": "it writes where the reader's backups are; its own tests do so elsewhere",
    "import-authentik": "it asks a server of authentik's; its own tests have a double of that",
    "user erase": "its own tests have somebody to erase",
    "blueprint export": "its own tests have something to export",
    "blueprint diff": "its exit status tells of a difference; its own tests have one",
    "blueprint apply enrollment": "applied in tests/unit/blueprints/test_shipped.py",
    "blueprint apply recovery": "applied in tests/unit/blueprints/test_shipped.py",
    "blueprint apply unenrollment": "applied in tests/unit/blueprints/test_shipped.py",
}
"""Commands that are not run here, and why."""

TYPED = [(block, line) for block in blocks("sh", "text") for line in commands(block) if line.of_watchword() is not None]


def checked(words: tuple[str, ...]) -> click.Command:
    """The command, with its options and arguments read as it would; raises `click.UsageError`."""
    command: click.Command = main
    rest = [PLACEHOLDERS.get(word, word) for word in words]
    while isinstance(command, click.Group) and rest:
        name = rest.pop(0)
        if name not in command.commands:
            raise click.NoSuchOption(name)
        command = commands_of(command)[name]
    if not isinstance(command, click.Group):
        with CliRunner().isolation(input="a long password\n" * 2):
            command.make_context(command.name, rest, **main.context_settings)
    return command


def test_there_are_commands() -> None:
    assert len(TYPED) > 20


@pytest.mark.parametrize(("block", "line"), TYPED, ids=str)
def test_every_command_exists_with_its_options(block: Block, line: Typed) -> None:
    words = line.of_watchword() or ()
    assert checked(words).name in words


@pytest.mark.parametrize(
    "words",
    [
        ("nothing",),
        ("user", "nothing"),
        ("user", "create", "mia", "--nothing"),
        ("history", "undo", "first"),
        ("user", "create"),
    ],
)
def test_one_that_does_not_exist_is_found(words: tuple[str, ...]) -> None:
    with pytest.raises(click.UsageError):
        checked(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_within_a_sentence_exists(page: Path) -> None:
    for code in inline_code(page):
        words = code.split()
        if words[0] != "watchword" or code == DEMO_PASSWORD:
            continue
        command: click.Command = main
        for word in words[1:]:
            if isinstance(command, click.Group) and not word.startswith("--"):
                assert word in command.commands, code
                command = commands_of(command)[word]
        named = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert named <= {"--help", *(option for param in command.params for option in param.opts)}, code


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the demo's configuration, and mia, whose phone is sms:7."""
    data = tmp_path_factory.mktemp("template") / "data"
    prepared = Commands(data)
    for words in (("blueprint", "apply", "default"), ("blueprint", "apply", "demo")):
        assert prepared.run(*words).exit_code == 0
    assert prepared.run("user", "create", "mia", "--password", "mia keeps a long one").exit_code == 0
    look(prepared, _phones, 7)
    for number in range(7):
        assert prepared.run("blueprint", "apply", str(_change(data.with_name("change.yaml"), number))).exit_code == 0
    return data


def _change(file: Path, number: int) -> Path:
    """Something that is changed, so that the history has as many changes as the documents count."""
    entry = f"  - {{model: authentik_policies_expression.expressionpolicy, identifiers: {{name: p{number}}}, "
    file.write_text(f"version: 1\nentries:\n{entry}attrs: {{expression: return True}}}}\n")
    return file


def _phones(conn: Connection, count: int) -> None:
    user = find_user(conn, username="mia")
    assert user
    for number in range(1, count + 1):
        create_device(
            conn,
            user_id=user.id,
            stage_pk="0" * 32,
            phone_number=f"+4915123456{number:03}",
            number_key=f"{number:064}",
            key_id="00000000",
            masked="+49 ••• ••13",
            hashed=False,
            confirmed=True,
            max_devices=0,
            now=system_clock(),
        )


RUN = [
    block
    for block in blocks("sh")
    if any(line.of_watchword() for line in commands(block)) and "postgresql" not in block.text
]


@pytest.mark.parametrize("block", RUN, ids=str)
def test_the_commands_of_a_block_work_in_their_order(
    block: Block, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cheap_passwords: None
) -> None:
    shutil.copytree(template, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    if "user create mia" in block.text:
        shutil.rmtree(tmp_path / "data")
    for line in commands(block):
        words = [PLACEHOLDERS.get(word, word) for word in line.of_watchword() or ()]
        if words and not any(" ".join(words).startswith(known) for known in ELSEWHERE):
            for name in FILES.keys() & set(words):
                (tmp_path / name).write_text(blueprint(name))
            typed = "a long password\n" * 2 if words[0] == "user" else "y\n"
            done = CliRunner().invoke(main, own_folder(words, tmp_path), input=typed, env=line.settings)
            assert done.exit_code == 0, (words, done.output)


def own_folder(words: list[str], folder: Path) -> list[str]:
    """The same command on a data directory of the test's."""
    if "--data-dir" in words:
        place = words.index("--data-dir")
        words = words[:place] + words[place + 2 :]
    has_data = any("--data-dir" in param.opts for param in checked(tuple(words)).params)
    return [*words, "--data-dir", str(folder / "data")] if has_data else words


def blueprint(name: str) -> str:
    page, place = FILES[name]
    shipped = ROOT / "src" / "watchword" / "blueprints" / "shipped" / "demo.yaml"
    return blocks("yaml", page=page)[place].text if page else shipped.read_text()


def test_the_tour_shows_what_the_demo_prints() -> None:
    [shown] = blocks("text", page="tour.md")
    assert shown.text.strip() == banner("127.0.0.1", 9000, demo=True).strip()
    assert f"`{DEMO_USER}` and `{DEMO_PASSWORD}`" in (ROOT / "docs" / "tour.md").read_text()
