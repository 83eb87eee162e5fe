"""Every block of code in the documents is of a kind that is tried somewhere, or says why it is not."""

import yaml

from tests.manual import DOCS, ROOT, all_blocks, blocks
from tests.shell_blocks import commands

TRIED = {
    "json": "tests/unit/docs/test_examples.py",
    "python": "tests/unit/docs/test_examples.py",
    "yaml": "tests/unit/blueprints/test_docs.py",
    "sh": "tests/unit/docs/test_commands.py",
    "ini": "tests/unit/docs/test_running.py",
    "nginx": "tests/unit/docs/test_running.py",
    "caddy": "tests/unit/docs/test_running.py",
    "sql": "tests/unit/docs/test_running.py",
}
"""What every block of a language is tried by. Of a program (`py`) and what it says (`text`) each is named below."""

OTHER_YAML = {"metrics.md": "settings and rules of Prometheus"}
"""Pages that have YAML which is no blueprint: it is read, and not applied."""

PROGRAMS = {
    "api.md": "tests/e2e/test_api_documents.py",
    "generic-gateway.md": "tests/e2e/test_gateway_documents.py",
}

SHOWN = {
    "blueprints.md": "what a command says: tests/unit/cli and tests/unit/blueprints have its words",
    "doctor.md": "an example of its findings: tests/unit/cli/test_doctor_command.py has its words",
    "generic-gateway.md": "compared in tests/e2e/test_gateway_documents.py",
    "gitops.md": "what commands say, and a folder: tests/unit/cli has the words",
    "operation.md": "the banner, whose address is another at each start: tests/unit/cli has its words",
    "tour.md": "compared in tests/unit/docs/test_commands.py",
    "twilio.md": "compared in tests/e2e/test_gateway_documents.py",
}
"""Blocks of `text`: by page, why they are no commands, or where they are compared."""

NOT_RUN = {
    "make": "it is the test suite itself; the names of targets are compared",
    "sudo": "it changes the machine",
    "podman": "it needs the images of a registry",
    "cp": "its file is looked for",
    "python3": "the receiver, which tests/e2e/test_gateway_documents.py starts",
    "openssl": "it only makes a random text",
    "pip": "it installs",
    "logger": "it writes to the system's log",
    "jq": "it only reads what was printed",
    "pg_dump": "it needs a PostgreSQL of the reader's",
    "[": "it only looks at an exit status",
}
"""Commands that are not Watchword's, by why `test_commands.py` leaves them alone."""

RUN_WHOLE = {"api.md"}
"""Pages whose blocks tests/e2e/test_api_documents.py hands to a shell as they stand."""


def test_every_block_names_a_language_that_is_tried() -> None:
    known = {*TRIED, "py", "text"}
    assert [str(block) for block in all_blocks() if block.language not in known] == []


def test_what_tries_them_is_there() -> None:
    assert [file for file in (*TRIED.values(), *PROGRAMS.values()) if not (ROOT / file).is_file()] == []


def test_what_is_no_blueprint_is_yaml_of_another_program() -> None:
    others = [block for block in blocks("yaml") if "entries:" not in block.text]
    assert {block.page for block in others} <= OTHER_YAML.keys()
    assert all(isinstance(yaml.safe_load(block.text), dict) for block in others)


def test_every_program_is_run() -> None:
    assert {block.page for block in blocks("py")} == PROGRAMS.keys()


def test_every_shown_text_says_where_it_is_compared() -> None:
    assert {block.page for block in blocks("text")} <= SHOWN.keys()
    programs = ("watchword ", *(f"{name} " for name in NOT_RUN))
    assert [str(block) for block in blocks("text") if block.text.startswith(programs)] == [], "It is no text, but sh."


def test_every_command_is_tried_or_says_why_not() -> None:
    typed = [(block, line) for block in blocks("sh") if block.page not in RUN_WHOLE for line in commands(block)]
    assert [str(block) for block, line in typed if not line.of_watchword() and line.words[0] not in NOT_RUN] == []
    assert len({line.words[0] for _, line in typed} & NOT_RUN.keys()) > 5


def test_requests_stand_only_on_pages_whose_requests_are_made() -> None:
    asking = {block.page for block in blocks("sh") if "curl" in block.text}
    assert asking == RUN_WHOLE


def test_a_file_that_is_copied_exists() -> None:
    copied = [line.words[1] for block in blocks("sh") for line in commands(block) if line.words[0] == "cp"]
    assert copied
    assert [path for path in copied if not (ROOT / path).is_file()] == []


def test_pages_are_plain_markdown() -> None:
    """The console and code hosts show them too: no directive, no role, no HTML."""
    for page in DOCS.glob("*.md"):
        text = page.read_text("utf-8")
        assert not any(mark in text for mark in ("```{", ":::", "{ref}`", "{doc}`", "<br", "<details")), page.name
