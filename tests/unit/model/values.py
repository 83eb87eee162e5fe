"""Values in JSON: any at all, and those that the fields of a model can take."""

import re
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from watchword.model.base import ConfigObject
from watchword.model.input import Shape, shape_of, shapes

UUID = "0b9e8a4c-1d2f-4a3b-8c5d-6e7f8091a2b3"
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from([UUID, UUID.upper(), "1", "DE", "sms", "https://sms.example", "basic", " ", "\x00"])
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def fitting(shape: Shape) -> st.SearchStrategy[Any]:
    """What a field can take, as it stands in JSON."""
    if shape.nullable:
        return st.none() | fitting(shape._replace(nullable=False))
    if get_origin(shape.base) is Literal:
        return st.sampled_from(get_args(shape.base))
    if get_origin(shape.base) is list:
        item = shape_of(get_args(shape.base)[0])
        return st.lists(fitting(item._replace(metas=item.metas + shape.metas)), max_size=4)
    if shape.is_uuid:
        return st.uuids().map(str)
    if pattern := shape.limit("pattern"):
        texts = st.from_regex(pattern).map(str.strip)
        return texts.filter(lambda text: "\x00" not in text and len(text) <= 50 and re.search(pattern, text))
    if shape.base is str:
        return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")).map(lambda text: f"a{text}")
    if shape.base is bool:
        return st.booleans()
    if shape.base is float:
        return st.floats(shape.limit("ge"), allow_nan=False, allow_infinity=False)
    least, most = shape.limit("ge"), shape.limit("le") or (shape.limit("lt") or 2**63) - 1
    return st.integers(-(2**63) if least is None else least, most)


def whole(model: type[ConfigObject]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: fitting(shape) for name, shape in shapes(model).items() if name in model.__struct_fields__}
    return st.fixed_dictionaries({name: values for name, values in fields.items() if name != "pk"})
