"""Prompts: the fields that a prompt stage asks."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from watchword.model.base import ConfigObject
from watchword.model.fields import described
from watchword.model.syntax import syntax_problem

PromptType = Literal[
    "text",
    "text_area",
    "text_read_only",
    "text_area_read_only",
    "username",
    "email",
    "password",
    "number",
    "checkbox",
    "radio-button-group",
    "dropdown",
    "date",
    "date-time",
    "file",
    "separator",
    "hidden",
    "static",
    "ak-locale",
    "alert_info",
    "alert_warning",
    "alert_danger",
]


class Prompt(ConfigObject, frozen=True, kw_only=True):
    """One field of a prompt stage."""

    model: ClassVar[str] = "authentik_stages_prompt.prompt"
    family: ClassVar[str] = "prompt"
    verbose_name: ClassVar[str] = "Prompt"

    name: Annotated[str, described("Name", "For administrators.", min_length=1)]
    field_key: Annotated[str, described("Field key", "Where the answer stands in prompt_data.", min_length=1)]
    label: Annotated[str, described("Label", "What the visitor reads above the field.")]
    type: Annotated[PromptType, described("Type")]
    required: Annotated[bool, described("Required")] = True
    placeholder: Annotated[str, described("Placeholder", "Or the choices, for lists.", multiline=True)] = ""
    initial_value: Annotated[str, described("Initial value", multiline=True)] = ""
    order: Annotated[int, described("Order", "Lower comes first.", ge=-(2**31), lt=2**31)] = 0
    sub_text: Annotated[str, described("Help text", "Shown under the field.", multiline=True)] = ""
    placeholder_expression: Annotated[bool, described("Placeholder is an expression")] = False
    initial_value_expression: Annotated[bool, described("Initial value is an expression")] = False

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.type == "file":
            yield "type", "Files cannot be asked for: Watchword stores none."
        for field in ("placeholder", "initial_value"):
            if getattr(self, f"{field}_expression") and (problem := syntax_problem(getattr(self, field))):
                yield field, f"Expression Syntax Error: {problem.said}"
