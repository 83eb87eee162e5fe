"""Every field of every model, given what it cannot be."""

from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from tests.unit.blueprints.bench import Bench
from tests.unit.blueprints.samples import Document, entries, write
from watchword.blueprints.people.groups import GroupForm
from watchword.blueprints.people.tokens import TokenForm
from watchword.blueprints.people.users import UserForm
from watchword.stages.catalogue import CATALOGUE

FORMS: dict[str, type[msgspec.Struct]] = {
    **CATALOGUE,
    "authentik_core.user": UserForm,
    "authentik_core.group": GroupForm,
    "authentik_core.token": TokenForm,
}

NEVER: list[Any] = ["a\x00b", 2**64, float("nan"), [{"deep": ["\x00"]}]]
WRONG: dict[Any, list[Any]] = {
    str: [["a"], {"a": 1}, True, 1.5],
    int: ["ten", 1.5, True, [1], {"a": 1}, "", 2**63],
    bool: ["maybe", "", 2, 1.5, [True], {"a": True}],
    list: ["text", {"a": 1}, 5, True, [["nested"]], [None], [True]],
    dict: ["text", [1], 5, True],
    Literal: ["nonsense", "", True, 1.5, ["a"], {"a": 1}],
}


def kind_of(annotation: Any) -> Any:
    """The key in `WRONG`; None for a type that has a test of its own."""
    if hasattr(annotation, "__metadata__"):
        return kind_of(get_args(annotation)[0])
    if get_origin(annotation) in (list, dict, Literal):
        return get_origin(annotation)
    if args := [arg for arg in get_args(annotation) if arg is not type(None)]:
        return kind_of(args[0])
    return annotation if annotation in WRONG else None


REFERRED_TO = {"user", "flow", "expressionpolicy", "prompt", "denystage"}


def needed_for(model: str) -> dict[str, Document]:
    return {name: entry for name, entry in entries().items() if name == model or entry["id"] in REFERRED_TO}


CASES = [
    pytest.param(model, name, kind_of(hint), id=f"{model.split('.')[1]}-{name}")
    for model, form in sorted(FORMS.items())
    for name, hint in get_type_hints(form, include_extras=True).items()
    if not name.startswith("_") and name not in ("pk", "model", "family", "verbose_name", "unique", "kind", "component")
]


def test_every_field_of_every_model_is_among_the_cases() -> None:
    named = {(case.values[0], case.values[1]) for case in CASES}
    assert named == {(model, name) for model, form in FORMS.items() for name in form.__struct_fields__ if name != "pk"}


async def test_the_samples_are_right_and_name_every_model(bench: Bench) -> None:
    assert entries().keys() == FORMS.keys()
    assert set(await bench.actions(write(list(entries().values())))) == {"created"}
    assert set(await bench.actions(write(list(entries().values())))) == {"unchanged"}


@pytest.mark.parametrize(("model", "field", "kind"), CASES)
async def test_a_field_refuses_what_it_cannot_be_and_names_its_line(
    bench: Bench, model: str, field: str, kind: Any
) -> None:
    for wrong in [*WRONG.get(kind, []), *NEVER]:
        documents = needed_for(model)
        part = "identifiers" if field in documents[model]["identifiers"] else "attrs"
        documents[model][part][field] = wrong
        text = write(list(documents.values()))
        (problem, *others) = await bench.problems(text)
        line = next(
            number
            for number, written in enumerate(text.splitlines(), 1)
            if written.startswith(f"    {field}:") and number > text[: text.index(f"model: {model}\n")].count("\n")
        )
        assert others == []
        assert problem.startswith(f"test.yaml:{line}: {model}: {field}: "), (problem, wrong)


@pytest.mark.parametrize(("model", "field", "kind"), CASES)
async def test_a_required_field_is_missed_and_another_is_not(bench: Bench, model: str, field: str, kind: Any) -> None:
    documents = needed_for(model)
    for part in ("identifiers", "attrs"):
        documents[model][part].pop(field, None)
    if not documents[model]["identifiers"]:
        documents[model]["identifiers"]["pk"] = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    text = write(list(documents.values()))
    required = next(info.required for info in msgspec.structs.fields(FORMS[model]) if info.name == field)
    if required:
        told = await bench.problems(text)
        assert any(f"{model}: {field}: This field is required." in problem or ": pk: " in problem for problem in told)
    elif (model, field) not in NEEDED_BY_ITSELF:
        assert set(await bench.actions(text)) == {"created"}


NEEDED_BY_ITSELF = {
    ("authentik_core.token", "user"),
    ("authentik_core.token", "key"),
    ("authentik_policies.policybinding", "policy"),
    ("authentik_stages_identification.identificationstage", "user_fields"),
}
"""Optional to the form, and demanded by the object as a whole."""
