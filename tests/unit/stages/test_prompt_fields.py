"""Each prompt type, as visitors answer it and as hostile clients do."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from watchword.flows.challenge import FieldError
from watchword.model.prompt import Prompt, PromptType
from watchword.stages.prompt_fields import MAX_LENGTH, Choice, Field, read_field

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KINDS: list[PromptType] = [
    "text",
    "text_area",
    "text_read_only",
    "text_area_read_only",
    "username",
    "email",
    "password",
    "number",
    "checkbox",
    "radio-button-group",
    "dropdown",
    "date",
    "date-time",
    "separator",
    "hidden",
    "static",
    "ak-locale",
]


def field(kind: PromptType, *, required: bool = True, initial: str = "", placeholder: str = "", **more: Any) -> Field:
    prompt = Prompt(name="p", field_key="key", label="Label", type=kind, required=required)
    return Field(prompt=prompt, initial=initial, placeholder=placeholder, **more)


def read(asked: Field, **response: Any) -> Any:
    return read_field(asked, response)


def code(result: Any) -> str:
    assert isinstance(result, FieldError), result
    return result.code


@pytest.mark.parametrize("kind", ["text", "text_area", "email", "username", "password", "number", "date", "date-time"])
def test_a_required_field_is_asked_for(kind: PromptType) -> None:
    assert read(field(kind)) == FieldError("This field is required.", "required")
    assert read(field(kind), key="") == FieldError("This field may not be blank.", "blank")
    assert read(field(kind), key=None) == FieldError("This field may not be null.", "null")


@pytest.mark.parametrize("kind", ["text", "text_area", "email", "username", "number", "date", "date-time"])
def test_an_optional_field_may_be_left_out_or_blank(kind: PromptType) -> None:
    assert read(field(kind, required=False)) is UNSET
    assert read(field(kind, required=False), key="") in ("", None)


def test_a_password_is_never_blank_and_never_trimmed() -> None:
    assert code(read(field("password", required=False), key="")) == "blank"
    assert read(field("password"), key=" two blanks ") == " two blanks "


def test_text_keeps_its_blanks() -> None:
    assert read(field("text"), key="  +1234 567 ") == "  +1234 567 "
    assert read(field("text_area"), key="a\nb") == "a\nb"


def test_a_number_in_json_is_text_and_a_flag_is_not() -> None:
    assert read(field("text"), key=49) == "49"
    assert code(read(field("text"), key=True)) == "invalid"
    assert code(read(field("text"), key=["x"])) == "invalid"


def test_nul_and_endless_text_are_refused() -> None:
    assert code(read(field("text"), key="a\x00b")) == "null_characters_not_allowed"
    assert code(read(field("text"), key="x" * (MAX_LENGTH + 1))) == "max_length"
    assert read(field("text"), key="x" * MAX_LENGTH) == "x" * MAX_LENGTH


@pytest.mark.parametrize("address", ["a@example.org", " a.b+c@sub.example.org "])
def test_email_addresses(address: str) -> None:
    assert read(field("email"), key=address) == address.strip()


@pytest.mark.parametrize("address", ["a", "a@b", "@example.org", "a@example.org, b@example.org", "a b@example.org"])
def test_no_email_addresses(address: str) -> None:
    assert code(read(field("email"), key=address)) == "invalid"


@pytest.mark.parametrize(("typed", "value"), [("12", 12), (" -3 ", -3), (7, 7), ("5.0", 5), (5.0, 5)])
def test_numbers(typed: Any, value: int) -> None:
    assert read(field("number"), key=typed) == value


@pytest.mark.parametrize("typed", ["1.5", "x", "1e3", "٣x", "9" * 400])
def test_no_numbers(typed: str) -> None:
    assert read(field("number"), key=typed) == FieldError("A valid integer is required.")


def test_a_checkbox_is_never_required() -> None:
    assert read(field("checkbox")) is UNSET
    assert read(field("checkbox"), key=True) is True
    assert read(field("checkbox"), key="on") is True
    assert read(field("checkbox"), key=False) is False


def test_dates_and_moments_are_kept_as_iso_text() -> None:
    assert read(field("date"), key="2026-02-28") == "2026-02-28"
    assert code(read(field("date"), key="2026-02-30")) == "invalid"
    assert read(field("date-time"), key="2026-02-28T10:30") == "2026-02-28T10:30:00"
    assert code(read(field("date-time"), key="yesterday")) == "invalid"


@pytest.mark.parametrize("kind", ["radio-button-group", "dropdown"])
def test_only_what_was_offered_can_be_chosen(kind: PromptType) -> None:
    asked = field(kind, choices=[Choice("a", "Apple"), Choice("b", "Banana")])
    assert read(asked, key="b") == "b"
    assert read(asked, key="c") == FieldError('"c" is not a valid choice.', "invalid_choice")


@pytest.mark.parametrize("kind", ["hidden", "static", "text_read_only", "text_area_read_only"])
def test_what_a_client_sends_for_fixed_fields_is_replaced(kind: PromptType) -> None:
    assert read(field(kind, initial="ours"), key="theirs") == "ours"
    assert read(field(kind, initial="ours")) == "ours"


def test_hidden_fields_fall_back_to_the_placeholder_and_read_only_ones_do_not() -> None:
    assert read(field("hidden", placeholder="p"), key="x") == "p"
    assert read(field("text_read_only", placeholder="p"), key="x") == ""


def test_a_separator_keeps_nothing() -> None:
    assert read(field("separator"), key="x") is UNSET


def test_an_initial_value_is_the_default_of_an_answer_left_out() -> None:
    assert read(field("text", initial="there")) == "there"
    assert read(field("text", initial="there"), key="typed") == "typed"
    assert code(read(field("text", initial="there"), key="")) == "blank"
    assert read(field("number", initial="7")) == 7


def test_files_are_refused_by_name() -> None:
    assert code(read(field("file"), key="data:text/plain;base64,eA==")) == "file_not_accepted"


def test_the_locale_may_be_blank() -> None:
    assert read(field("ak-locale"), key="") == ""
    assert read(field("ak-locale"), key="de") == "de"


@given(kind=st.sampled_from(KINDS), value=JSON, required=st.booleans(), initial=st.text(max_size=5))
def test_no_json_value_breaks_a_field(kind: PromptType, value: Any, required: bool, initial: str) -> None:
    result = read(field(kind, required=required, initial=initial, choices=[Choice("a", "A")]), key=value)
    assert result is UNSET or result is None or isinstance(result, FieldError | str | int | bool)
