"""Webhook mappings."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from watchword.model.base import ConfigObject
from watchword.model.fields import described
from watchword.model.syntax import syntax_problem


class NotificationWebhookMapping(ConfigObject, frozen=True, kw_only=True):
    """An expression that returns the payload posted to a generic gateway."""

    model: ClassVar[str] = "authentik_events.notificationwebhookmapping"
    family: ClassVar[str] = "mapping"
    verbose_name: ClassVar[str] = "Webhook Mapping"

    name: Annotated[str, described("Name", min_length=1)]
    expression: Annotated[str, described("Expression", "Python that returns a dict.", multiline=True, min_length=1)]

    def problems(self) -> Iterator[tuple[str, str]]:
        if problem := syntax_problem(self.expression):
            yield "expression", f"Expression Syntax Error: {problem.said}"
