"""A prompt, shown as a visitor would get it, before it is kept."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from watchword.errors import ExpressionFailed, FieldsInvalid
from watchword.expressions.scope import HttpView
from watchword.flows.services import Services
from watchword.flows.views import user_view
from watchword.model.input import read_fields
from watchword.model.prompt import Prompt
from watchword.stages.prompt import StagePrompt, shown
from watchword.stages.prompt_values import field_of
from watchword.storage.users import User


async def preview(services: Services, given: Mapping[str, Any], user: User, http: HttpView) -> StagePrompt:
    """Raises `FieldsInvalid`, also where one of its expressions fails. It needs no name."""
    prompt = Prompt(**{"name": f"preview-{uuid4()}", **read_fields(Prompt, {"name": "preview", **given})})
    if problems := dict(prompt.problems()):
        raise FieldsInvalid({field: [sentence] for field, sentence in problems.items()})
    try:
        return await preview_prompt(services, prompt, user, http)
    except FieldsInvalid as error:
        [(name, [sentence])] = error.errors.items()
        raise FieldsInvalid.whole(f"{name}: {sentence}") from None


async def preview_prompt(services: Services, prompt: Prompt, user: User, http: HttpView) -> StagePrompt:
    """To this user, with nothing answered yet. Raises `FieldsInvalid` for an expression that fails, with its line."""
    view = await services.database.read(user_view, user)

    async def value(name: str) -> Any:
        literal: str = getattr(prompt, name)
        if not getattr(prompt, f"{name}_expression") or not literal:
            return literal
        try:
            return await services.prompts.value_of(literal, user=view, http_request=http, prompt_context={})
        except ExpressionFailed as error:
            place = f" (line {error.line})" if error.line else ""
            raise FieldsInvalid({name: [f"{error.detail}{place}"]}) from None

    return shown(field_of(prompt, placeholder=await value("placeholder"), initial=await value("initial_value")))
