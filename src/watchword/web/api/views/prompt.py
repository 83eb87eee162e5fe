"""Prompts."""

from collections.abc import Sequence
from typing import Any

import msgspec

from watchword.model.prompt import Prompt
from watchword.stages.prompt import PromptStage
from watchword.web.api.call import Call
from watchword.web.api.shapes import view_type
from watchword.web.api.views.fields import fields_shown, relations_of
from watchword.web.api.views.stage import StageMore, stage_shown

PROMPT_STAGE = view_type("PromptStage", PromptStage, StageMore)


class PromptMore(msgspec.Struct, kw_only=True):
    prompt_stages_obj: list[PROMPT_STAGE]  # type: ignore[valid-type] # a type that is made when the program starts


async def show_prompts(call: Call, prompts: Sequence[Prompt]) -> list[dict[str, Any]]:
    stages = relations_of(call).stages_of_prompt
    return [
        {**fields_shown(prompt), "prompt_stages_obj": [stage_shown(call, one) for one in stages.get(prompt.pk, [])]}
        for prompt in prompts
    ]
