"""What was typed into a form, as the JSON that the API takes: both are read, and refused, by the same rules."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_origin

from watchword.model.base import ConfigObject
from watchword.model.fields import FieldInfo, fields_of
from watchword.model.input import Shape, shapes
from watchword.web.pages.console.groups import groups_of

CLEAR = "_clear"
"""After a secret's name: the field that takes it away. A secret that is left empty stays as it is."""

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}\.[0-9]{1,18}")


def typed(cls: type[ConfigObject], form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Of every field that the form shows; a box that is not ticked is not sent, and means no."""
    infos = {info.name: info for info in fields_of(cls)}
    values: dict[str, Any] = {}
    for name in (name for group in groups_of(cls) for name in group.fields):
        if infos[name].secret and not form.get(name, [""])[-1]:
            if form.get(name + CLEAR):
                values[name] = ""
            continue
        values[name] = _value(infos[name], shapes(cls)[name], form.get(name, []))
    return values


def _value(info: FieldInfo, shape: Shape, sent: Sequence[str]) -> Any:
    if shape.base is bool:
        return bool(sent)
    if get_origin(shape.base) is list:
        return [one for one in sent if one]
    text = sent[-1] if sent else ""
    if text == "" and shape.nullable:
        return None
    if info.row == "user":  # by name, whatever the API has
        return text
    if shape.base in (int, float):
        return _number(text.strip())
    # Browsers send the ends of lines as two characters (HTML, 4.10.21.6).
    return text.replace("\r\n", "\n") if info.multiline else text


def _number(text: str) -> Any:
    """The text itself where it is none: then it is refused, and shown again."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
