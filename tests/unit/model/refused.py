"""What is said where input is refused."""

from typing import Any

import msgspec
import pytest

from watchword.errors import FieldsInvalid
from watchword.model.input import read_fields


def said(form: type[msgspec.Struct], given: dict[str, Any], *, partial: bool = False) -> Any:
    with pytest.raises(FieldsInvalid) as caught:
        read_fields(form, given, partial=partial)
    return caught.value.errors
