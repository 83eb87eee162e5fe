"""What holds for every page, whatever stands in it."""

import re
from itertools import chain

import pytest

from tests.unit.web.pages.html_tree import Node, parse
from tests.unit.web.pages.samples import code_step, every_page, page
from watchword.web.pages.render import render_challenge
from watchword.web.pages.static_files import STATIC

PLAIN = every_page()
FAILED = {f"{name}, failed": html for name, html in every_page(wrong="This is wrong.").items()}
PAGES = PLAIN | FAILED

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "an end of everything": "\"'></textarea></title></select></style></script><img src=x onerror=alert(1)>",
    "an attribute": '" autofocus onfocus="alert(1)" x="',
    "a template": "{{ 7 * 191 }}{% raw %}${7*191}",
    "text from right to left": "\u202eمرحبا \u2066שלום\u2069",
    "ten thousand characters": "x" * 10_000,
    "lines and blanks": "\n\n first \n\t second ",
}

every = pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())


def shapes(pages: dict[str, str]) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """The tags and their attributes' names: what an injection would change."""
    return {name: [(node.tag, tuple(sorted(node.attrs))) for node in parse(html)] for name, html in pages.items()}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_changes_the_shape_of_a_page(text: str) -> None:
    expected = shapes(every_page("Something", "Something"))
    found = shapes(every_page(text, text))
    assert [name for name in expected if found[name] != expected[name]] == []


@pytest.mark.parametrize("text", [text for name, text in HOSTILE.items() if not name.startswith("lines")])
def test_text_is_shown_as_it_was_written(text: str) -> None:
    for name, html in every_page(text).items():
        if name not in {"no devices", "dead code", "identification with password", "empty handset"}:
            tree = parse(html)
            assert " ".join(text.split()) in tree.text or text in _values(tree), name


def _values(tree: Node) -> set[str]:
    return {value for node in tree for value in node.attrs.values()}


DRAWN = frozenset({"svg", "g", "rect", "title", "defs", "pattern"})
"""What pictures may be made of; nothing in them runs, links or loads."""


@every
def test_no_script_style_or_handler_is_inline(html: str) -> None:
    for node in parse(html):
        assert node.tag not in {"style", "base", "iframe", "object", "embed"}
        assert node.tag != "svg" or {inner.tag for inner in node} <= DRAWN
        assert not [name for name in node.attrs if name == "style" or name.startswith("on")]
        assert "javascript:" not in " ".join(node.attrs.values())
        if node.tag == "script":
            assert node.attrs["type"] == "module"
            assert not node.text


@every
def test_nothing_is_fetched_from_elsewhere_and_every_file_exists(html: str) -> None:
    addresses = [
        value
        for node in parse(html)
        for name, value in node.attrs.items()
        if name == "src" or (node.tag == "link" and name == "href")
    ]
    assert addresses
    for address in addresses:
        if address.startswith("data:image/svg+xml"):  # a picture that the page brings along
            continue
        match = re.fullmatch(r"/static/([a-z-]+\.[a-z]+)\?v=[0-9a-f]{12}", address)
        assert match, address
        assert (STATIC / match[1]).is_file()


@every
def test_no_attribute_is_there_for_nothing(html: str) -> None:
    may_be_empty = {
        "alt",
        "autofocus",
        "checked",
        "data-print",
        "disabled",
        "hidden",
        "open",
        "readonly",
        "required",
        "selected",
        "value",
    }
    for node in parse(html):
        assert {name for name, value in node.attrs.items() if not value} <= may_be_empty | {"formnovalidate"}, (
            node.attrs
        )


def test_the_files_fetch_nothing_either() -> None:
    for file in STATIC.iterdir():
        text = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, file.name
        assert "@import" not in text, file.name
        assert not re.search(r"^\s*import\b|\bimport\(", text, re.MULTILINE), file.name
        assert not re.search(r"\beval\(|new Function|innerHTML|\.style\b", text), file.name


@every
def test_every_control_has_a_label(html: str) -> None:
    tree = parse(html)
    labelled = {label.attrs["for"] for label in tree.all("label")}
    for node in _controls(tree):
        assert node.attrs["id"] in labelled, node.attrs


@every
def test_every_button_and_link_says_what_it_does(html: str) -> None:
    tree = parse(html)
    for node in chain(tree.all("button"), tree.all("a")):
        assert node.text or node.attrs.get("aria-label"), node.attrs


@every
def test_ids_are_unique_and_every_reference_is_to_one(html: str) -> None:
    tree = parse(html)
    ids = [node.attrs["id"] for node in tree if "id" in node.attrs]
    assert len(ids) == len(set(ids))
    for node in tree:
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            for target in node.attrs.get(name, "").split():
                assert target in ids, (name, target)


@every
def test_every_page_has_its_landmarks_one_heading_and_a_language(html: str) -> None:
    tree = parse(html)
    assert html.startswith("<!doctype html>")
    assert tree.one("html").attrs == {"lang": "en", "dir": "ltr"}
    assert tree.one("h1").text
    assert tree.one("head").one("title").text.endswith(" · Watchword")
    for landmark in ("header", "main", "footer"):
        tree.one(landmark)
    assert tree.one("meta", name="viewport").attrs["content"] == "width=device-width, initial-scale=1"
    assert all("alt" in image.attrs for image in tree.all("img"))


@every
def test_every_form_is_posted_with_its_token_and_step(html: str) -> None:
    for form in parse(html).all("form"):
        if form.attrs.get("role") == "search":
            assert form.attrs["method"] == "get", "it changes nothing, and can be kept as a bookmark"
            continue
        assert form.attrs["method"] == "post"
        assert "novalidate" not in form.attrs
        ways = (
            page().action,
            "/a/restore",
            "/if/admin/flows/1/",
            "/if/admin/steps/1/",
            "/if/admin/history/7/",
            "/if/admin/groups/g/",
        )
        assert form.attrs["action"].startswith(ways)
        hidden = {node.attrs.get("name"): node.attrs["value"] for node in form.all("input", type="hidden")}
        assert hidden["_csrf"] == "csrf-token"
        assert hidden["_step"] == "step-7"
        # Last, so that a prompt of the same name cannot stand in for it: the last value of a field counts.
        assert [node.attrs.get("name") for node in form.all("input")][-2:] == ["_csrf", "_step"]


@every
def test_at_most_one_thing_takes_the_focus(html: str) -> None:
    assert sum("autofocus" in node.attrs for node in parse(html)) <= 1


SHOWING_ERRORS = [
    name
    for name in FAILED
    if not re.match(
        "denied|error|device|removal|sessions|no dev|not f|failed|handset|empty|people|nobody|some|a deed|to prove"
        "|API|section|console",
        name,
    )
]


@pytest.mark.parametrize("name", SHOWING_ERRORS)
def test_every_error_is_tied_to_a_field_or_announced(name: str) -> None:
    tree = parse(FAILED[name])
    shown = [node for node in tree if "error" in node.attrs.get("class", "").split()]
    assert [node.text for node in shown] == ["This is wrong."] * 2
    explaining = [tree.by_id(target) for node in tree for target in node.attrs.get("aria-describedby", "").split()]
    announced = explaining + tree.all("*", role="alert")
    for error in shown:
        assert any(error is node for place in announced for node in place)
    invalid = tree.all("*", aria_invalid="true")
    assert invalid or tree.all("*", role="alert")
    assert tree.one("head").one("title").text.startswith("Error: ")
    assert any("autofocus" in node.attrs for node in [*invalid, *tree.all("*", role="alert")])


def test_a_page_without_errors_says_nothing_of_any() -> None:
    for name, html in PLAIN.items():
        tree = parse(html)
        assert not [node for node in tree if "aria-invalid" in node.attrs], name
        assert not tree.all("*", role="alert"), name
        assert not tree.one("head").one("title").text.startswith("Error"), name


def test_pages_in_languages_from_right_to_left_say_so_and_keep_codes_from_left_to_right() -> None:
    tree = parse(render_challenge(code_step(), page(locale="he-IL")))
    assert tree.one("html").attrs == {"lang": "he-IL", "dir": "rtl"}
    assert tree.by_id("code").attrs["dir"] == "ltr"
    assert tree.one("span", class_="number").attrs["dir"] == "ltr"


def _controls(tree: Node) -> list[Node]:
    return [
        node
        for node in tree
        if node.tag in {"input", "select", "textarea"}
        and node.attrs.get("type") != "hidden"
        and "hidden" not in node.attrs
    ]
