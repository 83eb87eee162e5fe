"""schemathesis holds the running server against its own description, with every check there is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN, api_server
from tests.e2e.known_objects import ADMINISTRATOR, Known, known_objects, make_everything, read
from tests.e2e.server import ServerProcess

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("schemathesis"))


@pytest.fixture
def api(tmp_path: Path, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    server = api_server(tmp_path, shared_double)
    yield server.start()
    assert server.stop() == 0, server.output()


def run(api: ServerProcess, known: Known) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - a tool of ours
        [
            COMMAND,
            "run",
            f"{api.url}/api/v3/schema/",
            f"--header=Authorization: Bearer {TOKEN}",
            "--checks=all",
            "--max-examples=3",
            "--workers=1",
            "--seed=1",
            "--no-color",
            "--warnings=off",
            "--suppress-health-check=all",
            "--request-timeout=30",
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.e2e.schemathesis_hooks",
            "PYTHONPATH": str(ROOT),
            "KNOWN_OBJECTS": json.dumps(known),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_the_server_does_what_its_description_says(api: ServerProcess, double: GatewayDouble) -> None:
    make_everything(api, double)
    description = read(api, "/schema/")
    known = known_objects(api, description)
    assert {path for path in description["paths"] if "{" in path} - known.keys() == {"/flows/executor/{flow_slug}/"}
    done = run(api, known)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert read(api, "/core/users/me/")["user"]["username"] == ADMINISTRATOR
    assert "unexpected_error" not in api.output()
