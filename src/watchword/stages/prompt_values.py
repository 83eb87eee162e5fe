"""What a prompt shows before it is answered: initial value, placeholder and choices, with their expressions."""

from typing import Any

from watchword.errors import ExpressionFailed
from watchword.flows.run import Run
from watchword.model.prompt import Prompt
from watchword.stages.prompt_fields import CHOOSING, Choice, Field


async def resolve(run: Run, prompt: Prompt) -> Field:
    """Data of the run come first, then the expression, then the literal (as authentik does it)."""
    data = run.execution.context.prompt_data
    placeholder: Any = await _value(run, prompt, "placeholder")
    if prompt.field_key in data:
        initial: Any = data[prompt.field_key]
    else:
        initial = await _value(run, prompt, "initial_value")
    if prompt.type in CHOOSING:
        placeholder = data.get(f"{prompt.field_key}__choices", placeholder)
    return field_of(prompt, placeholder=placeholder, initial=initial)


def field_of(prompt: Prompt, *, placeholder: Any, initial: Any) -> Field:
    """With values that are found already; `placeholder` is what the choices are made of, where the type has any."""
    if prompt.type not in CHOOSING:
        return Field(prompt=prompt, initial=_text(initial), placeholder=_text(placeholder))
    choices = _choices(placeholder)
    values = [choice.value for choice in choices]
    chosen = _text(initial)
    if chosen not in values:
        chosen = values[0] if values else ""
    return Field(prompt=prompt, initial=chosen, placeholder="", choices=choices)


async def _value(run: Run, prompt: Prompt, name: str) -> Any:
    """The literal, or what its expression gives; a failing expression leaves an event and its own text."""
    literal: str = getattr(prompt, name)
    if not getattr(prompt, f"{name}_expression") or not literal:
        return literal
    try:
        return await run.services.prompts.value_of(
            literal,
            user=await run.user_view(),
            http_request=run.visit.http,
            prompt_context=dict(run.execution.context.prompt_data),
        )
    except ExpressionFailed as error:
        await run.event(
            "property_mapping_exception",
            f"The {name} expression of prompt {prompt.name!r} failed",
            prompt=prompt.name,
            pk=prompt.pk,
            field=name,
            kind=error.kind,
            line=error.line,
            detail=error.detail,
        )
        return literal


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _choices(found: Any) -> list[Choice]:
    items = list(found) if isinstance(found, list | tuple | set | frozenset) else [found] if found else []
    return [_choice(item) for item in items]


def _choice(item: Any) -> Choice:
    if isinstance(item, dict):
        value = _text(item.get("value"))
        return Choice(value=value, label=_text(item.get("label", value)))
    return Choice(value=_text(item), label=_text(item))
