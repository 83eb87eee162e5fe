"""What a form would show to people, before it is saved: a prompt, a prompt stage, a message."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from watchword.administration.previewing import preview_prompt
from watchword.administration.previewing_messages import MessagePreview, preview_message, stage_told
from watchword.errors import FieldsInvalid
from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.input import read_fields
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.prompt import PromptStage
from watchword.web.pages.console.desk import Desk
from watchword.web.sessions import http_view

Given = Mapping[str, Any]

UNPLACED = "The title of the flow"


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is where it is asked for; with `notes` there is nothing to show, for what was typed is not valid yet.

    `fields` are a challenge's, as plain values, under the `title` of a flow; a prompt alone has none.
    """

    url: str = ""
    lede: str = ""
    notes: tuple[str, ...] = ()
    title: str = ""
    fields: tuple[dict[str, Any], ...] = ()
    message: MessagePreview | None = None

    @property
    def news(self) -> str:
        """What is worth being said aloud, and only where it is another thing than before."""
        if self.notes or self.message is None:
            return " ".join(self.notes)
        return _segments(self.message) if self.message.text else ""


async def preview_of(desk: Desk, cls: type[ConfigObject], given: Given, url: str, where: str) -> Preview | None:
    """None for what nobody ever sees. `where` is the stage itself, or the flow that it is made for."""
    make = _KINDS.get(cls)
    if make is None:
        return None
    try:
        made = await make(desk, given)
    except FieldsInvalid as error:
        made = Preview(notes=tuple(_notes(cls, error.errors)))
    title = _title(desk, where) if cls is PromptStage else ""
    return msgspec.structs.replace(made, url=url, lede=_LEDES[cls], title=title)


def _notes(cls: type[ConfigObject], errors: Mapping[str, Any]) -> Sequence[str]:
    titles = {info.name: info.title for info in fields_of(cls)}
    return [f"{titles.get(field, field)}: {sentence}" for field, said in errors.items() for sentence in said]


async def _prompt(desk: Desk, given: Given) -> Preview:
    """Also where it has no name, no key and no type yet."""
    told = {name: value for name, value in given.items() if name not in ("name", "order") and value not in (None, "")}
    assumed = {"name": "preview", "field_key": "preview", "type": "text", "label": "The label"}
    prompt = Prompt(**read_fields(Prompt, assumed | told))
    if problems := dict(prompt.problems()):
        raise FieldsInvalid({field: [sentence] for field, sentence in problems.items()})
    return Preview(fields=(await _field(desk, prompt),))


async def _prompt_stage(desk: Desk, given: Given) -> Preview:
    chosen = [desk.snapshot.get(pk, Prompt) for pk in given.get("fields") or ()]
    prompts = sorted((one for one in chosen if one), key=lambda prompt: (prompt.order, prompt.name))
    if not prompts:
        raise FieldsInvalid({"fields": ["Tick those that are asked, and they are shown here."]})
    fields = []
    for prompt in prompts:
        try:
            fields.append(await _field(desk, prompt))
        except FieldsInvalid as error:
            said = _notes(Prompt, error.errors)
            raise FieldsInvalid({"fields": [f"“{prompt.name}”: {sentence}" for sentence in said]}) from None
    return Preview(fields=tuple(fields))


async def _field(desk: Desk, prompt: Prompt) -> dict[str, Any]:
    http = http_view(desk.request, desk.visit.address)
    plain: dict[str, Any] = msgspec.to_builtins(await preview_prompt(desk.services, prompt, desk.user, http))
    return plain


def _title(desk: Desk, where: str) -> str:
    """Of the flow, or of the first one that the stage is a step of."""
    binding = desk.snapshot.find(FlowStageBinding, stage=where)
    flow = desk.snapshot.get(binding.target if binding else where, Flow)
    return flow.title if flow else UNPLACED


async def _message(desk: Desk, given: Given) -> Preview:
    http, host = http_view(desk.request, desk.visit.address), desk.visit.host
    return Preview(message=await preview_message(desk.services, stage_told(given), desk.user, http, host))


def _segments(message: MessagePreview) -> str:
    counted = message.counted
    return f"{counted.segments} {'segment' if counted.segments == 1 else 'segments'}, {counted.encoding}."


_KINDS: dict[type[ConfigObject], Callable[[Desk, Given], Awaitable[Preview]]] = {
    Prompt: _prompt,
    PromptStage: _prompt_stage,
    AuthenticatorSMSStage: _message,
}

_AS_VISITOR = "As a visitor sees it who is you, and has answered nothing yet."

_LEDES: dict[type[ConfigObject], str] = {
    Prompt: _AS_VISITOR,
    PromptStage: _AS_VISITOR,
    AuthenticatorSMSStage: "As it arrives, with a code that is good for nothing. Nothing is sent.",
}
