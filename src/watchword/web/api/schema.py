"""The description of the API, served by the API."""

from functools import cache
from typing import Any

from watchword.web.api.call import Answer, Call
from watchword.web.api.openapi import encoded
from watchword.web.api.operation import Operation
from watchword.web.api.operations import OPERATIONS


async def _schema(_: Call) -> Answer:
    return Answer(value=schema_text().decode())


@cache
def schema_text() -> bytes:
    """JSON, with line breaks."""
    return encoded(ALL)


SCHEMA = Operation(
    id="schema_retrieve",
    method="GET",
    path="/schema/",
    summary="Show this description of the API.",
    handle=_schema,
    answer=dict[str, Any],
    access="anyone",
)

ALL = (*OPERATIONS, SCHEMA)
