"""The steps of signing in: who, the password, whether to stay; and the ends of a flow."""

import pytest

from tests.unit.web.pages.html_tree import Node, parse
from tests.unit.web.pages.samples import Challenge, challenge, code_step, errors, identification, page, password
from watchword.web.pages.render import TEMPLATES, Page, render_challenge


def shown(asked: Challenge, on: Page | None = None) -> Node:
    return parse(render_challenge(asked, on or page()))


def links(tree: Node) -> dict[str, str]:
    return {link.text: link.attrs["href"] for link in tree.one("main").all("a")}


@pytest.mark.parametrize("component", ["xak-flow-redirect", "ak-stage-captcha", "", "../base"])
def test_a_component_without_a_page_is_an_error(component: str) -> None:
    with pytest.raises(KeyError):
        render_challenge(challenge(component), page())


def test_every_component_that_asks_something_has_a_page() -> None:
    assert set(TEMPLATES) == {
        "ak-stage-identification",
        "ak-stage-password",
        "ak-stage-prompt",
        "ak-stage-authenticator-sms",
        "ak-stage-authenticator-static",
        "ak-stage-authenticator-totp",
        "ak-stage-authenticator-validate",
        "ak-stage-user-login",
        "ak-stage-access-denied",
        "ak-stage-flow-error",
    }


def test_the_visitor_is_asked_who_he_is() -> None:
    tree = shown(identification())
    name = tree.by_id("uid")
    assert tree.one("label").text == "Username or email"
    assert name.attrs["name"] == "uid_field"
    assert name.attrs["autocomplete"] == "username"
    assert {"required", "autofocus"} <= set(name.attrs)
    assert tree.one("button").text == "Log in"
    assert not tree.all("input", type="password")
    assert links(tree) == {}


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        (["username"], "Username"),
        (["email"], "Email"),
        (["email", "username"], "Username or email"),
        (["upn", "email"], "Email or user principal name"),
        ([], "Username"),
    ],
)
def test_the_label_names_what_is_accepted(fields: list[str], label: str) -> None:
    assert shown(identification(user_fields=fields)).one("label").text == label


def test_the_password_may_be_on_the_same_page() -> None:
    tree = shown(identification(password_fields=True))
    field = tree.one("input", type="password")
    assert field.attrs["name"] == "password"
    assert field.attrs["autocomplete"] == "current-password"
    assert "value" not in field.attrs
    assert "autofocus" in tree.by_id("uid").attrs
    assert not tree.all("button", class_="reveal")


def test_with_the_name_typed_before_the_password_is_next() -> None:
    asked = identification(
        password_fields=True, pending_user_identifier="olivia", response_errors=errors(non_field_errors="Failed.")
    )
    tree = shown(asked)
    assert tree.by_id("uid").attrs["value"] == "olivia"
    field = tree.one("input", type="password")
    assert field.attrs["aria-invalid"] == "true"
    assert "autofocus" in field.attrs
    assert tree.by_id("password-error").text == "Failed."


def test_with_nothing_typed_the_name_is_what_is_missing() -> None:
    wrong = errors(non_field_errors="No identification data provided.")
    tree = shown(identification(password_fields=True, response_errors=wrong))
    assert tree.by_id("uid-error").text == "No identification data provided."
    assert "autofocus" in tree.by_id("uid").attrs


def test_there_are_ways_to_an_account_and_to_a_new_password_where_the_flow_has_them() -> None:
    tree = shown(identification(enroll_url="/if/flow/new/", recovery_url="/if/flow/lost/"))
    assert links(tree) == {"Create an account": "/if/flow/new/", "Forgot your password?": "/if/flow/lost/"}


def test_the_password_step_says_who_is_signing_in() -> None:
    tree = shown(password())
    assert tree.one("div", class_="person").one("bdi").text == "olivia"
    assert links(tree)["Not you?"] == page().cancel_url
    field = tree.one("input", type="password")
    assert field.attrs["autocomplete"] == "current-password"
    assert {"required", "autofocus"} <= set(field.attrs)


def test_a_password_manager_finds_the_name_and_the_form_does_not_send_it() -> None:
    name = shown(password()).one("input", autocomplete="username")
    assert name.attrs["value"] == "olivia"
    assert "name" not in name.attrs
    assert "hidden" in name.attrs


@pytest.mark.parametrize("allowed", [True, False])
def test_showing_the_password_is_offered_where_it_is_allowed_and_waits_for_its_script(allowed: bool) -> None:
    tree = shown(password(allow_show_password=allowed))
    buttons = tree.all("button", class_="reveal")
    assert len(buttons) == allowed
    assert all("hidden" in button.attrs for button in buttons)
    assert any("show-password.js" in script.attrs["src"] for script in tree.all("script")) is allowed


def test_staying_signed_in_is_two_buttons() -> None:
    tree = shown(challenge("ak-stage-user-login", pending_user="olivia"))
    buttons = tree.all("button", name="remember_me")
    assert [(button.text, button.attrs["value"]) for button in buttons] == [
        ("Stay signed in", "true"),
        ("Only this time", "false"),
    ]


def test_a_denial_says_why_and_how_to_go_on() -> None:
    tree = shown(challenge("ak-stage-access-denied", pending_user="oscar", error_message="This is for Olivia."))
    assert "This is for Olivia." in tree.one("main").text
    assert links(tree) == {"Start again": page().action, "Back to start": "/"}
    assert not tree.all("form")


def test_a_denial_without_a_reason_does_not_speak_of_an_unknown_error() -> None:
    text = shown(challenge("ak-stage-access-denied", pending_user="", error_message="Unknown error")).one("main").text
    assert "Unknown error" not in text
    assert "You may not go on here." in text


def test_a_failure_shows_the_request_number_and_a_way_on() -> None:
    failure = {"component": "ak-stage-flow-error", "request_id": "5f0c9be2", "error": "Something broke."}
    tree = shown(failure)
    assert "Something broke." in tree.one("main").text
    assert tree.one("code").text == "5f0c9be2"
    assert links(tree) == {"Try again": page().action, "Back to start": "/"}


def test_the_footer_says_who_is_signed_in_and_where() -> None:
    footer = shown(code_step(), page(user="olivia")).one("footer")
    assert footer.text == "Signed in as olivia id.example.org"
    assert shown(code_step()).one("footer").text == "id.example.org"


def test_notices_are_read_out() -> None:
    tree = shown(code_step(), page(notices=("One.", "Two.")))
    notice = tree.one("div", role="status")
    assert notice.text == "One. Two."


@pytest.mark.parametrize(
    ("background", "picture"),
    [
        ("/media/harbour.jpg", "/media/harbour.jpg"),
        ("data:image/png;base64,AAAA", "data:image/png;base64,AAAA"),
        ("/static/dist/assets/images/flow_background.jpg", None),
        ("https://elsewhere.example/x.jpg", None),
        ("//elsewhere.example/x.jpg", None),
        ("/\\elsewhere.example/x.jpg", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_a_background_is_shown_where_the_policy_lets_it_load(background: str, picture: str | None) -> None:
    asked = identification()
    asked["flow_info"]["background"] = background
    pictures = shown(asked).all("img", class_="backdrop")
    assert [image.attrs["src"] for image in pictures] == ([picture] if picture else [])


def test_the_layout_of_the_flow_is_the_class_of_the_page() -> None:
    asked = identification()
    asked["flow_info"]["layout"] = "content_left"
    assert shown(asked).one("body").attrs["class"] == "content_left"
