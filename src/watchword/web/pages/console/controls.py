"""The form of a model, made of the descriptions of its fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

import msgspec

from watchword.model.base import ConfigObject
from watchword.model.fields import FieldInfo, fields_of
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.input import Shape, shapes
from watchword.model.policy import PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.pages.console.code import code_of, without_leading_lines
from watchword.web.pages.console.control import Control, Fieldset, Kind, Option
from watchword.web.pages.console.groups import GATEWAYS, groups_of
from watchword.web.pages.console.manual.chapters import link
from watchword.web.pages.console.option_words import option_label

NOTHING = Option("", "—")
CODE = frozenset({"expression"})

Given = Mapping[str, Any]
"""What stands in the fields: values as the model has them, or texts as they were typed."""


class Choices(msgspec.Struct, frozen=True):
    """What references can be chosen from: the configuration, and the groups there are, as (uuid, name)."""

    snapshot: Snapshot
    groups: Sequence[tuple[str, str]] = ()
    users: tuple[str, ...] = ()
    """User names that can be suggested."""
    trying_out: bool = False
    """Whether the gateways that send nothing can be chosen."""


def fieldsets(
    cls: type[ConfigObject],
    given: Given,
    choices: Choices,
    errors: Mapping[str, Sequence[str]],
    *,
    stored: frozenset[str],
    marked: int | None = None,
) -> tuple[Fieldset, ...]:
    """`stored` are the secrets that there are values of; `marked` is the line of an expression that failed."""
    infos = {info.name: info for info in fields_of(cls)}
    made = {
        name: _with_code(
            _control(cls, infos[name], given.get(name), choices, tuple(errors.get(name, ())), name in stored),
            infos,
            given,
            marked,
        )
        for group in groups_of(cls)
        for name in group.fields
    }
    return tuple(
        Fieldset(
            title=group.title,
            help=group.help,
            controls=tuple(made[name] for name in group.fields),
            more=link(group.manual) if group.manual else None,
        )
        for group in groups_of(cls)
    )


def some_of(
    obj: ConfigObject, names: Iterable[str], given: Given, errors: Mapping[str, Sequence[str]]
) -> tuple[Control, ...]:
    """A few fields of an object, none of them a reference or a secret, for a small form."""
    cls, nothing = type(obj), Choices(Snapshot())
    infos = {info.name: info for info in fields_of(cls)}
    return tuple(
        _control(cls, infos[name], given.get(name, getattr(obj, name)), nothing, tuple(errors.get(name, ())), False)
        for name in names
    )


def initial(cls: type[ConfigObject]) -> dict[str, Any]:
    """What a new one begins with."""
    return {
        field.name: field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        for field in msgspec.structs.fields(cls)
        if field.name != "pk" and not field.required
    }


def _control(
    cls: type[ConfigObject], info: FieldInfo, value: Any, choices: Choices, errors: tuple[str, ...], stored: bool
) -> Control:
    shape = shapes(cls)[info.name]
    kind = _kind(info, shape)
    return Control(
        name=info.name,
        title=info.title,
        help=info.help,
        kind=kind,
        value="" if info.secret or kind in ("switch", "choices") else _text(value),
        values=tuple(map(str, value)) if kind == "choices" and isinstance(value, list | tuple) else (),
        on=value is True if kind == "switch" else stored and value == "",
        stored=stored,
        options=tuple(_options(cls, info, shape, _text(value), choices)),
        required=info.required and kind not in ("switch", "choices"),
        minimum=_whole(shape.limit("ge")),
        maximum=_whole(shape.limit("le")),
        longest=_whole(shape.limit("max_length")),
        errors=errors,
        meanings=GATEWAYS.get(info.name, {}) if cls is AuthenticatorSMSStage else {},
        suggestions=choices.users if info.row == "user" else (),
    )


def _with_code(control: Control, infos: Mapping[str, FieldInfo], given: Given, marked: int | None) -> Control:
    text = without_leading_lines(control.value)
    code = code_of(control.name, infos, given, text, marked)
    return msgspec.structs.replace(control, value=text, code=code) if code else control


def _kind(info: FieldInfo, shape: Shape) -> Kind:
    if shape.base is bool:
        return "switch"
    if get_origin(shape.base) is list:
        return "choices"
    if get_origin(shape.base) is Literal or info.ref or info.row == "group":
        return "choice"
    if shape.base in (int, float) and info.row is None:
        return "number"
    if info.secret:
        return "secret"
    if info.name in CODE:
        return "code"
    return "area" if info.multiline else "text"


def _options(cls: type[ConfigObject], info: FieldInfo, shape: Shape, value: str, choices: Choices) -> Iterator[Option]:
    if shape.nullable:
        yield NOTHING
    values = get_args(get_args(shape.base)[0]) if get_origin(shape.base) is list else get_args(shape.base)
    if info.ref:
        yield from _references(info.ref, choices.snapshot)
    elif info.row == "group":
        yield from (Option(pk, name) for pk, name in choices.groups)
    elif values and shape.base is not dict:
        if not value and get_origin(shape.base) is Literal:
            yield Option("", "Choose…")
        hidden = () if choices.trying_out or cls is not AuthenticatorSMSStage else ("console", "demo")
        yield from (Option(one, option_label(one)) for one in values if one not in hidden or one == value)


def _references(wanted: str, snapshot: Snapshot) -> Iterator[Option]:
    """By name. `wanted` is a family, several with | between, or one model."""
    fitting = [obj for obj in snapshot.objects() if obj.family in wanted.split("|") or obj.model == wanted]
    for obj in sorted(fitting, key=lambda one: told(one, snapshot).casefold()):
        yield Option(obj.pk, told(obj, snapshot))


def told(obj: ConfigObject, snapshot: Snapshot) -> str:
    """What an object is called in a list: a step by its stage and its flow, a flow by its name and address, what is
    bound by its policy and where it is bound.
    """
    if isinstance(obj, FlowStageBinding):
        flow, stage = snapshot.get(obj.target, Flow), snapshot.get(obj.stage, ConfigObject)
        return f"{stage.called if stage else '?'}, in {flow.called if flow else '?'}"
    if isinstance(obj, PolicyBinding):
        target = snapshot.get(obj.target, ConfigObject)
        return f"{decides(obj, snapshot)}, at {told(target, snapshot) if target else '?'}"
    return f"{obj.name} ({obj.slug})" if isinstance(obj, Flow) else obj.called


def decides(bound: PolicyBinding, snapshot: Snapshot, name: str = "") -> str:
    """Who or what does; `name` is that of the user, or of the group's members, where it is known."""
    policy = snapshot.get(bound.policy, ConfigObject)
    what = policy.called if policy else name or ("members of a group" if bound.group else "one user")
    return f"not {what}" if bound.negate else what


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool | list | tuple | dict):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _whole(limit: Any) -> int | None:
    return int(limit) if isinstance(limit, int | float) else None
