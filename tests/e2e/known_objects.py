"""One object of each kind behind the API, and where they are found."""

import json
from typing import Any
from urllib.request import Request, urlopen

from tests.authentik_calls import Recorder, model
from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN
from tests.e2e.server import ServerProcess
from tests.e2e.test_authentik_client import configuration, enrol, people

TOKEN_NAME = "authentik-bootstrap-token"
ADMINISTRATOR = "akadmin"
KEYS = {"slug": "slug", "identifier": "identifier", "uuid": "uuid"}
"""By the name of a part of a path, the field that holds it, where it is not `pk`."""

Known = dict[str, dict[str, str]]
"""By the path of an operation, the parts of one object's address."""


def make_everything(api: ServerProcess, double: GatewayDouble) -> None:
    call = Recorder(api.url, TOKEN)
    configuration(call)
    people(call)
    enrol(call, api, double)
    call("managed_blueprints_create", model("BlueprintInstanceRequest", name="kept", content="version: 1\nentries: []"))


def read(api: ServerProcess, path: str) -> Any:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with urlopen(Request(f"{api.url}/api/v3{path}", headers=headers), timeout=30) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read())


def lists(api: ServerProcess, description: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What every list of objects holds, by its path."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in description["paths"].items():
        if "{" not in path and methods.get("get", {}).get("operationId", "").endswith("_list"):
            answer = read(api, f"{path}?page_size=100")
            found[path] = answer["results"] if isinstance(answer, dict) else answer
    return found


def known_objects(api: ServerProcess, description: dict[str, Any]) -> Known:
    """Neither the administrator nor the token that tests call with: they are not to be lost by a change."""
    known: Known = {}
    listed = lists(api, description)
    for path in description["paths"]:
        before, brace, rest = path.partition("{")
        part = rest.partition("}")[0]
        spared = (TOKEN_NAME, ADMINISTRATOR)
        found = [one for one in listed.get(before, ()) if one.get("identifier", one.get("username", "")) not in spared]
        if brace and found:
            known[path] = {part: str(found[0][KEYS.get(part, "pk")])}
    return known
