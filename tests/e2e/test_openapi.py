"""schemathesis holds the running server against its own description, with every check there is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.authentik_calls import Recorder, model
from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN, api_server
from tests.e2e.schemathesis_hooks import TOKEN_NAME
from tests.e2e.server import ServerProcess
from tests.e2e.test_authentik_client import configuration, enrol, people

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("schemathesis"))
KEYS = {"slug": "slug", "identifier": "identifier", "uuid": "uuid"}
"""By the name of a part of a path, the field that holds it, where it is not `pk`."""


@pytest.fixture
def api(tmp_path: Path, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    server = api_server(tmp_path, shared_double)
    yield server.start()
    assert server.stop() == 0, server.output()


def known_objects(call: Recorder) -> dict[str, dict[str, str]]:
    """Of every list with something in it, the parts of one object's address, by the paths that need them."""
    paths: dict[str, Any] = call("schema_retrieve")["paths"]
    known: dict[str, dict[str, str]] = {}
    for path in paths:
        listed, brace, rest = path.partition("{")
        part = rest.partition("}")[0]
        if brace and rest.count("{") == 0 and "get" in paths.get(listed, {}):
            found = [one for one in results(call, listed) if one.get("identifier") != TOKEN_NAME]
            if found:
                known[path] = {part: str(found[0][KEYS.get(part, "pk")])}
    return known


def results(call: Recorder, path: str) -> list[dict[str, Any]]:
    parameters = call.client.param_serialize("GET", path, header_params={"Authorization": f"Bearer {TOKEN}"})
    answer = json.loads(call.client.call_api(*parameters).read())
    listed: list[dict[str, Any]] = answer["results"] if isinstance(answer, dict) else answer
    return listed


def run(api: ServerProcess, known: dict[str, dict[str, str]]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - a tool of ours
        [
            COMMAND,
            "run",
            f"{api.url}/api/v3/schema/",
            f"--header=Authorization: Bearer {TOKEN}",
            "--checks=all",
            "--max-examples=3",
            "--workers=2",
            "--seed=1",
            "--no-color",
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
    call = Recorder(api.url, TOKEN)
    configuration(call)
    people(call)
    enrol(call, api, double)
    call("managed_blueprints_create", model("BlueprintInstanceRequest", name="kept", content="version: 1\nentries: []"))
    known = known_objects(call)
    paths = {path for path in call("schema_retrieve")["paths"] if "{" in path}
    assert paths - known.keys() == {"/flows/executor/{slug}/"}
    done = run(api, known)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert call("core_users_me_retrieve").user.username == "akadmin"
    assert "unexpected_error" not in api.output()
