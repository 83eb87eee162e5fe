"""The schema for editors: it takes what Watchword takes, and marks what it would not."""

import copy
import json
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from tests.unit.blueprints.plain import plain
from tests.unit.blueprints.samples import ENTRIES, SMS, entries, write
from tests.unit.blueprints.test_docs import PAGES, blocks
from watchword.blueprints.document import State
from watchword.blueprints.library import META
from watchword.blueprints.schema import blueprint_schema
from watchword.blueprints.shipped_files import shipped_names, shipped_text
from watchword.cli import main
from watchword.stages.catalogue import CATALOGUE

SCHEMA = blueprint_schema(CATALOGUE)
VALIDATOR = Draft202012Validator(SCHEMA)
FLOW = "authentik_flows.flow"


def marked(document: Any) -> list[str]:
    """Where the schema marks it, as paths."""
    return ["/".join(map(str, error.absolute_path)) for error in VALIDATOR.iter_errors(document)]


def entry(of: str = FLOW, **changed: Any) -> dict[str, Any]:
    """One that is right, changed."""
    return {"version": 1, "entries": [{**copy.deepcopy(entries()[of]), **changed}]}


def attributes(model: str = FLOW, **changed: Any) -> dict[str, Any]:
    return entry(model, attrs={**entries()[model]["attrs"], **changed})


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_it_is_printed() -> None:
    printed = CliRunner().invoke(main, ["blueprint", "schema"], catch_exceptions=False)
    assert json.loads(printed.stdout) == SCHEMA


def test_every_model_is_described_with_every_field() -> None:
    models = {sample["model"] for sample in ENTRIES}
    assert {name.removeprefix("model_") for name in SCHEMA["$defs"]} == models | {META, "entry"}
    for name, cls in CATALOGUE.items():
        properties = SCHEMA["$defs"][f"model_{name}"]["properties"]
        assert {*properties, "pk"} == set(cls.__struct_fields__)
    assert SCHEMA["$defs"]["entry"]["properties"]["state"]["anyOf"][0]["enum"] == list(get_args(State))


def test_an_editor_can_show_what_a_field_is_for() -> None:
    field = SCHEMA["$defs"][f"model_{SMS}"]["properties"]
    assert field["verify_only"]["title"] == "Verify only"
    assert field["verify_only"]["default"] is False
    assert field["configure_flow"]["description"] == "Lets users set it up."
    assert field["provider"]["anyOf"][0]["enum"] == ["console", "demo", "generic", "twilio"]


@pytest.mark.parametrize("name", shipped_names())
def test_every_blueprint_that_comes_along_is_right(name: str) -> None:
    assert marked(plain(shipped_text(name))) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_blueprint_of_the_documents_is_right(page: str) -> None:
    for block in blocks(PAGES[page]):
        assert marked(plain(block)) == []


def test_one_entry_of_every_model_is_right() -> None:
    assert marked(plain(write(ENTRIES))) == []


@pytest.mark.parametrize(
    "document",
    [
        {"entries": []},
        {"version": 1, "metadata": {"name": "a", "labels": {"b": "c"}}, "context": {"x": [1]}, "entries": []},
        {"entries": {"flows": entry()["entries"], "none": []}},
        {"metadata": None, "context": None, "entries": []},
        entry(id=5, conditions=None, permissions=[], attrs=None),
        entry(state="absent", conditions=[True, "gone", ["AND", 1]]),
        entry(model=["%s", FLOW]),
        entry(state=["here", "present", "absent"]),
        entry(identifiers={"pk": "00000000-9dad-11d1-80b4-00c04fd430c8", "slug": "a"}),
        entry("authentik_core.user", identifiers={"pk": 5}),
        attributes(title=5, designation=["region", "recovery"], background=None),
        attributes(SMS, code_length="8", verify_only="false", from_number=1234, configure_flow=["m", ["slug", "x"]]),
        attributes(
            "authentik_stages_prompt.promptstage", fields=["a", ["m", ["name", "b"]]], validation_policies="all"
        ),
        {"entries": [{"model": META, "attrs": {"identifiers": {"name": "default"}, "required": False}}]},
    ],
)
def test_what_watchword_takes_is_right(document: Any) -> None:
    assert marked(document) == []


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({}, ""),
        ([], ""),
        ({"version": 2, "entries": []}, "version"),
        ({"entries": "none"}, "entries"),
        ({"entries": {"flows": {}}}, "entries/flows"),
        ({"entries": [], "metadata": {}}, "metadata"),
        ({"entries": [], "metadata": {"name": "a", "labels": {"b": True}}}, "metadata"),
        ({"entries": [], "context": []}, "context"),
        ({"entries": [{"identifiers": {"name": "a"}}]}, "entries/0"),
        ({"entries": [{"model": FLOW}]}, "entries/0"),
        (entry(model="authentik_flows.flows"), "entries/0/model"),
        (entry(attributes={}), "entries/0"),
        (entry(state="there"), "entries/0/state"),
        (entry(conditions=True), "entries/0/conditions"),
        (entry(permissions=[{"permission": "x"}]), "entries/0/permissions"),
        (entry(identifiers={}), "entries/0/identifiers"),
        (entry(identifiers={"slugg": "a"}), "entries/0/identifiers"),
        (entry("authentik_core.user", identifiers={"email": "a"}), "entries/0/identifiers"),
        (attributes(designation="recover"), "entries/0/attrs"),
        (attributes(titel="a"), "entries/0/attrs"),
        (attributes(title=True), "entries/0/attrs"),
        (attributes(name=None), "entries/0/attrs"),
        (attributes(SMS, code_length=5), "entries/0/attrs"),
        (attributes(SMS, verify_only=5), "entries/0/attrs"),
        (attributes("authentik_stages_identification.identificationstage", user_fields=["mail"]), "entries/0/attrs"),
        ({"entries": [{"model": META, "attrs": {"name": "default"}}]}, "entries/0/attrs"),
    ],
)
def test_what_is_wrong_is_marked_where_it_is(document: Any, path: str) -> None:
    assert path in marked(document)
