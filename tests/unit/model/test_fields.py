"""How a field describes itself, once for everything that is derived from it."""

from typing import Annotated, ClassVar

import msgspec
import pytest

from watchword.model.base import ConfigObject, StageSettings
from watchword.model.fields import FieldInfo, described, fields_of, references, secret_fields
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt

MODELS: list[type[ConfigObject]] = [
    Flow,
    FlowStageBinding,
    ExpressionPolicy,
    PolicyBinding,
    NotificationWebhookMapping,
    Prompt,
]


class Sample(StageSettings, frozen=True, kw_only=True):
    model: ClassVar[str] = "sample"
    verbose_name: ClassVar[str] = "Sample"

    auth: Annotated[str, described("Auth token", "From the console.", secret=True)] = ""
    text: Annotated[str, described("Text", multiline=True, max_length=5)] = ""
    mapping: Annotated[str, described("Mapping", ref="mapping")] | None = None
    fields: Annotated[tuple[str, ...], described("Fields", ref="prompt")] = ()
    policies: tuple[Annotated[str, described("Policies", ref="policy")], ...] = ()
    plain: int = 0


def info(name: str) -> FieldInfo:
    return next(info for info in fields_of(Sample) if info.name == name)


def test_fields_stand_in_the_order_of_declaration_without_the_pk() -> None:
    names = [info.name for info in fields_of(Sample)]
    assert names == ["name", "auth", "text", "mapping", "fields", "policies", "plain"]


def test_a_description_is_read_as_it_was_written() -> None:
    assert info("auth") == FieldInfo("auth", "Auth token", "From the console.", None, None, True, False, False)
    assert info("text") == FieldInfo("text", "Text", "", None, None, False, True, False)


def test_a_field_without_a_description_is_titled_by_its_name() -> None:
    assert info("plain") == FieldInfo("plain", "plain", "", None, None, False, False, False)
    assert info("name").required


@pytest.mark.parametrize(("name", "ref"), [("mapping", "mapping"), ("fields", "prompt"), ("policies", "policy")])
def test_a_description_is_found_inside_optional_and_list_types(name: str, ref: str) -> None:
    assert info(name).ref == ref


def test_limits_are_checked_on_decoding() -> None:
    with pytest.raises(msgspec.ValidationError, match="length <= 5"):
        msgspec.convert({"name": "a", "text": "123456"}, Sample)


def test_secret_fields_are_those_that_say_so() -> None:
    assert secret_fields(Sample) == {"auth"}
    assert secret_fields(Flow) == frozenset()


def test_references_are_listed_one_by_one_and_none_is_no_reference() -> None:
    sample = Sample(name="a", mapping="m", fields=("p1", "p2"), policies=("q",))
    assert list(references(sample)) == [
        ("mapping", "mapping", "m"),
        ("fields", "prompt", "p1"),
        ("fields", "prompt", "p2"),
        ("policies", "policy", "q"),
    ]
    assert list(references(Sample(name="a"))) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_of_every_model_has_a_title(model: type[ConfigObject]) -> None:
    assert [field.name for field in fields_of(model) if field.title == field.name] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_must_be_unique_is_a_field(model: type[ConfigObject]) -> None:
    names = {field.name for field in fields_of(model)}
    assert all(name in names for fields in model.unique for name in fields)
    assert model.unique


def test_models_and_families_are_told_apart_by_name() -> None:
    assert len({model.model for model in MODELS}) == len({model.family for model in MODELS}) == len(MODELS)
