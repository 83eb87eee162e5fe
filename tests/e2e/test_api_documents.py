"""What the page about the API tells people to run is run, in its order, and what it says comes back does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN, api_server
from tests.e2e.server import ServerProcess
from tests.manual import Block, blocks

PAGE = blocks("sh", "py", "json", page="api.md")
COMMANDS = {"sh": ["bash", "-euc"], "py": [sys.executable, "-c"]}
ANSWERS = [
    (block, json.loads(after.text))
    for block, after in pairwise(PAGE)
    if (block.language, after.language) == ("sh", "json")
]
"""What the page shows right after commands: the answer to the last of them has it, among more."""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    server = api_server(tmp_path_factory.mktemp("documents"), shared_double)
    yield server.start()
    assert server.stop() == 0, server.output()


def test_every_example_of_the_api_runs(api: ServerProcess, double: GatewayDouble) -> None:
    answers = {block: run(block, api, double) for block in PAGE if block.language in COMMANDS}
    assert len(ANSWERS) == 3
    for block, shown in ANSWERS:
        assert has(last_of(answers[block]), shown), answers[block]
    *_, enrolled = [answers[block] for block in PAGE if block.language == "py"]
    assert enrolled.endswith("xak-flow-redirect\n")


def run(block: Block, api: ServerProcess, double: GatewayDouble) -> str:
    """What it prints. A code that it asks for is the one that the gateway has just received."""
    before = len(double.requests)
    process = subprocess.Popen(  # noqa: S603 - what our own documents say
        [*COMMANDS[block.language], block.text.replace("https://gateway.example.org", double.url)],
        env={**api.environment, "SERVER": api.url, "TOKEN": TOKEN},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    code = ""
    if "input(" in block.text:
        code = json.loads(double.wait_for_request(before + 1, timeout=60).body)["Body"]
    printed, complained = process.communicate(f"{code}\n", timeout=60)
    assert process.returncode == 0, f"{block}\n{printed}{complained}"
    return printed


def last_of(printed: str) -> Any:
    """Of JSON texts that stand one after the other."""
    decoder, rest, last = json.JSONDecoder(), printed.strip(), None
    while rest:
        last, end = decoder.raw_decode(rest)
        rest = rest[end:].strip()
    return last


def has(whole: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return all(key in whole and has(whole[key], value) for key, value in part.items())
    return bool(whole == part)


def test_a_token_of_the_command_line_opens_the_api(api: ServerProcess) -> None:
    key = api.run("token", "create", "akadmin", "from-the-command-line", "--days", "1").stdout.strip()
    done = subprocess.run(  # noqa: S603 - curl, with values of our own
        ["curl", "--fail", "--silent", "-H", f"Authorization: Bearer {key}", f"{api.url}/api/v3/core/users/me/"],  # noqa: S607 - wherever it is
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert '"username":"akadmin"' in done.stdout
    api.run("token", "delete", "from-the-command-line", "--yes")
    assert "from-the-command-line" not in api.run("token", "list").stdout
