"""What the page about the API shows."""

import msgspec


class Field(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    type: str
    required: bool = False
    help: str = ""


class OperationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One operation, in words. `example` is a command to copy."""

    id: str
    method: str
    path: str
    summary: str
    access: str
    parameters: list[Field]
    body: str
    fields: list[Field]
    answers: list[tuple[str, str]]
    example: str


class Section(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    about: str
    operations: list[OperationRow]
