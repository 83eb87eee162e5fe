"""What the page about the API tells people to run is run, in its order."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN, api_server
from tests.e2e.server import ServerProcess

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"^```(sh|py)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    server = api_server(tmp_path_factory.mktemp("documents"), shared_double)
    yield server.start()
    assert server.stop() == 0, server.output()


def test_every_example_of_the_api_runs(api: ServerProcess) -> None:
    environment = {**api.environment, "SERVER": api.url, "TOKEN": TOKEN}
    commands = {"sh": ["bash", "-euc"], "py": [sys.executable, "-c"]}
    assert {language for language, _ in BLOCKS} == commands.keys()
    for language, block in BLOCKS:
        done = subprocess.run(  # noqa: S603 - what our own documents say
            [*commands[language], block], env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"


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
