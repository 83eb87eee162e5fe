"""The description of the API: true, whole, and the same as the file in the documents."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.authentik_calls import LEFT_OUT, every_call
from tests.unit.web.api.caller import ApiCaller
from watchword.web.api.openapi import TAGS, document
from watchword.web.api.schema import ALL, schema_text

FILE = Path(__file__).parents[4] / "docs" / "openapi.json"


def refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return found.union(*map(refs, value.values()))
    return set().union(*map(refs, value)) if isinstance(value, list) else set()


def test_the_file_in_the_documents_is_what_the_code_says() -> None:
    assert FILE.read_bytes() == schema_text(), "Run: watchword schema > docs/openapi.json"


async def test_it_is_served(nobody: ApiCaller) -> None:
    served = await nobody.get("/schema/")
    assert served == document(ALL)
    assert served["openapi"] == "3.1.0"


def test_every_schema_is_valid() -> None:
    for schema in document(ALL)["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere() -> None:
    whole = document(ALL)
    for ref in refs(whole):
        found: Any = whole
        for part in ref.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_every_operation_has_a_name_of_its_own_and_a_sentence() -> None:
    assert len({operation.id for operation in ALL}) == len(ALL)
    assert len({(operation.method, operation.path) for operation in ALL}) == len(ALL)
    for operation in ALL:
        assert operation.summary.endswith("."), operation.id
        assert operation.tag in TAGS
        assert operation.path.startswith("/")
        assert operation.path.endswith("/")


def test_secrets_are_marked_as_such_nowhere_in_filters() -> None:
    paths = document(ALL)["paths"]
    names = {one["name"] for one in paths["/stages/authenticator/sms/"]["get"]["parameters"]}
    assert "provider" in names
    assert not names & {"auth", "auth_password"}


def test_ids_are_those_of_authentiks_clients() -> None:
    """What its Python client can call for our resources, but for what Watchword has on purpose not."""
    ours = {operation.id for operation in ALL}
    assert every_call().keys() - ours == LEFT_OUT


def test_the_document_is_json_that_people_can_read() -> None:
    text = schema_text().decode()
    assert json.loads(text) == document(ALL)
    assert text.count("\n") > 1000
