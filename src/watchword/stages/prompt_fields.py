"""What a visitor may answer to one prompt: a reader for each type, as authentik validates them."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from watchword.flows.challenge import FieldError
from watchword.flows.stage import Response
from watchword.flows.text_input import read_flag
from watchword.model.prompt import Prompt

MAX_LENGTH = 10_000
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,63}")

READ_ONLY = frozenset({"text_read_only", "text_area_read_only"})
FIXED = READ_ONLY | {"hidden", "static"}
"""Whatever the client sends for these is replaced."""
SILENT = frozenset({"separator", "static", "alert_info", "alert_warning", "alert_danger"})
"""These only show something."""
CHOOSING = frozenset({"radio-button-group", "dropdown"})


class Choice(msgspec.Struct, frozen=True):
    value: str
    label: str


class Field(msgspec.Struct, frozen=True):
    """A prompt with its expressions evaluated for this run; `choices` is None where the type has none."""

    prompt: Prompt
    initial: str
    placeholder: str
    choices: list[Choice] | None = None

    @property
    def key(self) -> str:
        return self.prompt.field_key


def read_field(field: Field, response: Response) -> Any | FieldError | UnsetType:
    """The value for `prompt_data`, or what is wrong; UNSET where there is nothing to keep."""
    kind = field.prompt.type
    if kind in FIXED:
        return field.initial or (field.placeholder if kind not in READ_ONLY else "")
    if kind in SILENT:
        return UNSET
    value = response.get(field.key, UNSET)
    if kind == "checkbox":
        return UNSET if value is UNSET else read_flag(value)
    if value is UNSET:
        return _absent(field)
    if value is None:
        return FieldError("This field may not be null.", "null")
    text = _as_text(value, strip=kind in {"email", "username", "number", "date", "date-time"})
    if isinstance(text, FieldError):
        return text
    if not text.strip():
        return _blank(field)
    return _READERS.get(kind, _read_any)(field, text)


def _absent(field: Field) -> Any | FieldError | UnsetType:
    """An initial value is the default of an answer left out, and makes it optional."""
    if field.initial:
        return _READERS.get(field.prompt.type, _read_any)(field, field.initial)
    if field.prompt.required and field.prompt.type != "ak-locale":
        return FieldError("This field is required.", "required")
    return UNSET


def _blank(field: Field) -> Any | FieldError:
    kind = field.prompt.type
    if kind == "password" or (field.prompt.required and kind != "ak-locale"):
        return FieldError("This field may not be blank.", "blank")
    return None if kind in {"number", "date", "date-time"} else ""


def _as_text(value: Any, *, strip: bool) -> str | FieldError:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return FieldError("Not a valid string.")
    try:
        text = str(value)
    except ValueError:
        return FieldError("Not a valid string.")
    if "\x00" in text:
        return FieldError("Null characters are not allowed.", "null_characters_not_allowed")
    if len(text) > MAX_LENGTH:
        return FieldError(f"Ensure this field has no more than {MAX_LENGTH} characters.", "max_length")
    return text.strip() if strip else text


def _read_any(_: Field, text: str) -> str:
    return text


def _read_email(_: Field, text: str) -> str | FieldError:
    return text if _EMAIL.fullmatch(text) else FieldError("Enter a valid email address.")


def _read_username(_: Field, text: str) -> str | FieldError:
    return text if len(text) <= 150 else FieldError("Ensure this field has no more than 150 characters.", "max_length")


def _read_number(_: Field, text: str) -> int | FieldError:
    number = re.fullmatch(r"([+-]?[0-9]{1,15})(?:\.0*)?", text)
    return int(number[1]) if number else FieldError("A valid integer is required.")


def _read_date(_: Field, text: str) -> str | FieldError:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return FieldError("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.")


def _read_moment(_: Field, text: str) -> str | FieldError:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        expected = "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]"
        return FieldError(f"Datetime has wrong format. Use one of these formats instead: {expected}.")


def _read_choice(field: Field, text: str) -> str | FieldError:
    if any(choice.value == text for choice in field.choices or []):
        return text
    return FieldError(f'"{text[:100]}" is not a valid choice.', "invalid_choice")


def _refuse_file(_: Field, __: str) -> FieldError:
    return FieldError("Files are not accepted here.", "file_not_accepted")


_READERS: dict[str, Callable[[Field, str], Any]] = {
    "email": _read_email,
    "username": _read_username,
    "number": _read_number,
    "date": _read_date,
    "date-time": _read_moment,
    "radio-button-group": _read_choice,
    "dropdown": _read_choice,
    "file": _refuse_file,
}
