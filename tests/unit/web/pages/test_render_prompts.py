"""The prompt step: each type of field, what was typed before, and what was wrong."""

import pytest

from tests.unit.web.pages.html_tree import Node, parse
from tests.unit.web.pages.samples import CHOICES, KINDS, Challenge, errors, every_field, field, page, prompt
from watchword.model.prompt import PromptType
from watchword.web.pages.prompts import LANGUAGES, WIDGETS, input_attributes, is_ticked, options, widget
from watchword.web.pages.render import render_challenge


def shown(*fields: Challenge, **values: object) -> Node:
    return parse(render_challenge(prompt(*fields, **values), page()))


def control(tree: Node, key: str = "key") -> Node:
    return next(
        node
        for node in tree
        if node.attrs.get("name") == key
        and node.tag in {"input", "select", "textarea"}
        and node.attrs.get("type") != "hidden"
    )


def test_every_type_an_administrator_can_choose_has_a_widget() -> None:
    assert set(WIDGETS) == {*PromptType.__args__} - {"file"}  # type: ignore[attr-defined]  # a Literal's values
    assert set(KINDS) == set(WIDGETS)


def test_a_type_of_a_later_version_is_asked_as_text() -> None:
    unknown = field("hologram", initial_value="x")
    assert widget(unknown) == "input"
    assert control(shown(unknown)).attrs["type"] == "text"


@pytest.mark.parametrize(
    ("kind", "attrs"),
    [
        ("text", {"type": "text"}),
        ("username", {"type": "text", "autocomplete": "username", "autocapitalize": "none"}),
        ("email", {"type": "email", "autocomplete": "email"}),
        ("password", {"type": "password", "autocomplete": "new-password"}),
        ("number", {"type": "number", "inputmode": "numeric", "step": "1"}),
        ("date", {"type": "date"}),
        ("date-time", {"type": "datetime-local"}),
        ("text_read_only", {"type": "text", "readonly": ""}),
    ],
)
def test_a_type_has_the_keyboard_and_the_memory_that_fit_it(kind: str, attrs: dict[str, str]) -> None:
    assert attrs.items() <= control(shown(field(kind))).attrs.items()


def test_a_text_field_for_a_phone_is_one() -> None:
    tel = {"type": "tel", "autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}
    assert tel.items() <= control(shown(field("text", "phone")), "phone").attrs.items()
    assert input_attributes(field("text_read_only", "phone"))["type"] == "text"
    assert input_attributes(field("text", "telephone"))["type"] == "text"


@pytest.mark.parametrize("kind", ["text", "email", "username", "text_read_only", "hidden"])
def test_what_was_typed_before_is_kept(kind: str) -> None:
    tree = shown(field(kind, initial_value='a "b" <c>'))
    assert any(node.attrs.get("value") == 'a "b" <c>' for node in tree.all("input", name="key"))


@pytest.mark.parametrize(
    ("kind", "value"), [("number", "7"), ("date", "2026-02-28"), ("date-time", "2026-02-28T10:30:00")]
)
def test_values_keep_their_form(kind: str, value: str) -> None:
    assert control(shown(field(kind, initial_value=value))).attrs["value"] == value


@pytest.mark.parametrize("kind", ["text_area", "text_area_read_only"])
def test_long_text_keeps_its_lines_also_a_blank_first_one(kind: str) -> None:
    html = render_challenge(prompt(field(kind, initial_value="\nfirst\nsecond")), page())
    # A browser drops the first line break after the tag; the second is the text's own.
    assert ">\n\nfirst\nsecond</textarea>" in html
    assert ("readonly" in control(parse(html)).attrs) == kind.endswith("read_only")


def test_a_password_never_comes_back_into_the_page() -> None:
    assert "correct horse" not in render_challenge(prompt(field("password", initial_value="correct horse")), page())


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("kind", ["text", "text_area", "email", "username", "number", "date", "date-time", "password"])
def test_what_is_optional_says_so_and_what_is_needed_is_asked_for_by_the_browser(kind: str, required: bool) -> None:
    tree = shown(field(kind, required=required))
    assert ("required" in control(tree).attrs) is required
    assert ("(optional)" in tree.one("label").text) is not required


def test_placeholder_and_help_are_shown_and_the_help_is_tied_to_the_field() -> None:
    tree = shown(field("text", placeholder="as here", sub_text="Help."))
    assert control(tree).attrs["placeholder"] == "as here"
    assert tree.by_id(control(tree).attrs["aria-describedby"]).text == "Help."


@pytest.mark.parametrize(
    ("value", "ticked"), [("True", True), ("true", True), ("on", True), ("1", True), ("", False), ("False", False)]
)
def test_a_box_is_ticked_by_what_expressions_and_forms_say(value: str, ticked: bool) -> None:
    asked = field("checkbox", initial_value=value)
    assert is_ticked(asked) is ticked
    assert ("checked" in control(shown(asked)).attrs) is ticked


def test_an_empty_box_says_no_and_is_never_required() -> None:
    first, second = shown(field("checkbox")).all("input", name="key")
    assert (first.attrs["type"], first.attrs["value"]) == ("hidden", "false")
    assert (second.attrs["type"], second.attrs["value"]) == ("checkbox", "true")
    assert "required" not in second.attrs


def test_radio_buttons_are_a_group_with_a_name_and_the_choice_made_before() -> None:
    tree = shown(field("radio-button-group", choices=CHOICES, initial_value="b"))
    group = tree.one("fieldset")
    assert group.one("legend").text == "Label of key"
    assert [(node.attrs["value"], "checked" in node.attrs) for node in group.all("input")] == [
        ("a", False),
        ("b", True),
    ]
    assert [label.text for label in group.all("label")] == ["Apple", "Banana"]


def test_a_list_keeps_the_choice_made_before() -> None:
    tree = shown(field("dropdown", choices=CHOICES, initial_value="b"))
    assert [(one.attrs["value"], one.text, "selected" in one.attrs) for one in tree.all("option")] == [
        ("a", "Apple", False),
        ("b", "Banana", True),
    ]


@pytest.mark.parametrize("kind", ["radio-button-group", "dropdown"])
def test_a_list_without_choices_is_empty_and_breaks_nothing(kind: str) -> None:
    tree = shown(field(kind, choices=None))
    assert not tree.all("option")
    assert not tree.all("input", type="radio")


def test_a_language_may_be_left_to_the_browser_and_an_unknown_one_is_kept() -> None:
    assert options(field("ak-locale"))[0] == ("", "Same as my browser")
    assert len(options(field("ak-locale", initial_value="de"))) == len(LANGUAGES) + 1
    tree = shown(field("ak-locale", initial_value="tlh"))
    assert next(one.attrs["value"] for one in tree.all("option") if "selected" in one.attrs) == "tlh"
    assert "required" not in control(tree).attrs


def test_what_only_shows_something_asks_nothing() -> None:
    tree = shown(field("static", initial_value="Family"), field("separator", placeholder="More"), field("alert_info"))
    main = tree.one("main").text
    assert "Label of key Family" in main
    assert "More" in main
    assert [node.attrs["name"] for node in tree.all("input")] == ["_csrf", "_step"]
    tree.one("hr")


@pytest.mark.parametrize("kind", ["info", "warning", "danger"])
def test_an_alert_has_its_kind_title_and_text(kind: str) -> None:
    alert = shown(field(f"alert_{kind}", initial_value="The text.", sub_text="More of it.")).one("div", role="note")
    assert alert.attrs["class"] == f"alert {kind}"
    assert alert.text == "Label of key The text. More of it."


def test_fields_stand_in_their_order() -> None:
    tree = shown(field("text", "one"), field("hidden", "two"), field("text", "three"))
    names = [node.attrs["name"] for node in tree.all("input")]
    assert names == ["one", "two", "three", "_csrf", "_step"]


def test_a_key_with_blanks_makes_no_broken_ids() -> None:
    tree = shown(field("text", 'a key "with" everything'), field("email", "other"))
    assert all(" " not in node.attrs.get("id", "") for node in tree)
    control(tree, 'a key "with" everything')


def test_errors_stand_at_their_fields_and_the_first_takes_the_focus() -> None:
    wrong = errors(two=["Not this.", "Nor that."], three="Missing.", non_field_errors="All in all, no.")
    tree = shown(field("text", "one"), field("text", "two"), field("text", "three"), response_errors=wrong)
    two = control(tree, "two")
    assert [p.text for p in tree.by_id(two.attrs["aria-describedby"]).all("p")] == ["Not this.", "Nor that."]
    assert "autofocus" in two.attrs
    assert "aria-invalid" not in control(tree, "one").attrs
    assert tree.by_id("form-error").text == "All in all, no."
    assert tree.by_id("form-error").attrs["role"] == "alert"


def test_errors_of_the_whole_take_the_focus_where_no_field_is_wrong() -> None:
    tree = shown(
        field("password", "a"), field("password", "b"), response_errors=errors(non_field_errors="They differ.")
    )
    place = tree.by_id("form-error")
    assert {"autofocus", "tabindex"} <= set(place.attrs)


def test_with_one_field_what_is_wrong_with_the_whole_stands_at_it() -> None:
    tree = shown(field("static"), field("text", "phone"), response_errors=errors(non_field_errors="Wrong country."))
    phone = control(tree, "phone")
    assert tree.by_id(phone.attrs["aria-describedby"]).text == "Wrong country."
    assert not [node for node in tree if node.attrs.get("id") == "form-error"]


def test_the_focus_is_left_alone_where_there_are_several_fields_and_no_error() -> None:
    assert not any("autofocus" in node.attrs for node in shown(*every_field()))
    assert "autofocus" in control(shown(field("text"))).attrs


def test_an_empty_list_of_errors_is_no_error() -> None:
    tree = shown(field("text"), response_errors={})
    assert "aria-invalid" not in control(tree).attrs
    tree = shown(field("text"), response_errors={"key": []})
    assert not tree.one("title").text.startswith("Error")
