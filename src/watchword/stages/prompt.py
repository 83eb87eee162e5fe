"""The prompt stage: asks fields, checks them, and lets policies judge the answers."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec

from watchword.flows.challenge import FORM, Challenge, Errors, FieldError, field_error, form_error
from watchword.flows.outcome import Again, Done, Outcome
from watchword.flows.run import Run
from watchword.flows.stage import Response, Stage
from watchword.model.fields import described
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.stages.prompt_fields import Choice, Field, read_field
from watchword.stages.prompt_values import resolve
from watchword.storage.users import find_user

COMPONENT = "ak-stage-prompt"
NOT_ACCEPTED = "This was not accepted. Check what you entered and try again."


class StagePrompt(msgspec.Struct, kw_only=True):
    field_key: str
    label: str
    type: str
    required: bool
    placeholder: str
    initial_value: str
    order: int
    sub_text: str
    choices: list[Choice] | None


class PromptChallenge(Challenge, tag=COMPONENT, kw_only=True):
    fields: list[StagePrompt]


class PromptStage(Stage, frozen=True, kw_only=True):
    """Asks its fields in order; the answers become `prompt_data`."""

    model: ClassVar[str] = "authentik_stages_prompt.promptstage"
    verbose_name: ClassVar[str] = "Prompt Stage"
    kind: ClassVar[str] = "prompt"

    fields: Annotated[list[str], described("Fields", ref="prompt")]
    validation_policies: Annotated[
        list[str], described("Validation policies", "All must pass; asked in this order.", ref="policy")
    ] = []

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.fields:
            yield "fields", "This list may not be empty."

    async def challenge(self, run: Run) -> PromptChallenge:
        return PromptChallenge(fields=[shown(field) for field in await self._fields(run)])

    async def respond(self, run: Run, response: Response) -> Outcome:
        fields = await self._fields(run)
        data, errors = _read(fields, response)
        errors.update(await self._taken_usernames(run, fields, data))
        if errors:
            return Again(errors)
        if not _passwords_match(fields, data):
            return Again(form_error("Passwords don't match."))
        data["component"] = COMPONENT
        return await self._judge(run, data)

    async def _judge(self, run: Run, data: dict[str, Any]) -> Outcome:
        """The policies see what was typed, and may change it by assigning into `prompt_data`."""
        policies = [run.snapshot.require(pk, ExpressionPolicy) for pk in self.validation_policies]
        if policies:
            request = await run.policy_request({"prompt_data": data})
            answer = await run.services.policies.validate(policies, request, run.snapshot)
            if not answer.passing:
                messages = list(answer.messages) or [NOT_ACCEPTED]
                return Again({FORM: [FieldError(message) for message in messages]})
            if answer.prompt_data is not None:
                data = answer.prompt_data
        context, position = run.execution.context, run.execution.position
        context.prompt_data = {**context.prompt_data, **data}
        context.prompted_at = {**context.prompted_at, **dict.fromkeys(data, position)}
        return Done()

    async def _fields(self, run: Run) -> list[Field]:
        prompts = sorted(
            (run.snapshot.require(pk, Prompt) for pk in self.fields), key=lambda prompt: (prompt.order, prompt.name)
        )
        return [await resolve(run, prompt) for prompt in prompts]

    async def _taken_usernames(self, run: Run, fields: list[Field], data: dict[str, Any]) -> Errors:
        """A user may keep his own name."""
        own = await run.user()
        errors: Errors = {}
        for field in fields:
            name = data.get(field.key) if field.prompt.type == "username" else None
            if not name:
                continue
            other = await run.services.database.read(find_user, username=name)
            if other and (own is None or other.id != own.id):
                errors |= field_error(field.key, "Username is already taken.")
        return errors


def shown(field: Field) -> StagePrompt:
    """As the challenge has it."""
    prompt = field.prompt
    return StagePrompt(
        field_key=prompt.field_key,
        label=prompt.label,
        type=prompt.type,
        required=prompt.required,
        placeholder="" if field.choices is not None else field.placeholder,
        initial_value=field.initial,
        order=prompt.order,
        sub_text=prompt.sub_text,
        choices=field.choices or None,
    )


def _read(fields: list[Field], response: Response) -> tuple[dict[str, Any], Errors]:
    data: dict[str, Any] = {}
    errors: Errors = {}
    for field in fields:
        value = read_field(field, response)
        if isinstance(value, FieldError):
            errors[field.key] = [value]
        elif value is not msgspec.UNSET:
            data[field.key] = value
    return data, errors


def _passwords_match(fields: list[Field], data: dict[str, Any]) -> bool:
    typed = {data.get(field.key) for field in fields if field.prompt.type == "password"}
    return len(typed) <= 1
