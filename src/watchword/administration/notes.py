"""Events about what was changed: names of fields, never what stands in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection

from watchword.administration.author import Doer
from watchword.storage.events import write_event

Action = Literal["model_created", "model_updated", "model_deleted", "secret_view"]


class Subject(NamedTuple):
    """`model` is authentik's name of its kind; `noun` and `label` what a person calls it."""

    model: str
    noun: str
    pk: Any
    label: str


def note(
    conn: Connection, action: Action, subject: Subject, by: Doer, now: datetime, fields: Sequence[str] = ()
) -> None:
    app, _, name = subject.model.partition(".")
    context = {
        "model": {"app": app, "model_name": name, "pk": subject.pk, "name": subject.label},
        "fields": list(fields),
    }
    message = f"{subject.noun} “{subject.label}”" + (f": {', '.join(fields)}" if fields else "")
    write_event(conn, action=action, now=now, user=by.user, message=message, context=context, client_ip=by.address)
