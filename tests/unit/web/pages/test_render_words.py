"""The helpers behind the templates."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, Undefined, UndefinedError

from tests.unit.web.pages.html_tree import parse
from tests.unit.web.pages.samples import errors
from watchword.web.pages.markup import Problems, attributes, module, own_picture, static
from watchword.web.pages.static_files import STATIC
from watchword.web.pages.words import day, span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (30, "30 seconds"),
        (60, "60 seconds"),
        (61, "2 minutes"),
        (120, "2 minutes"),
        (299, "5 minutes"),
        (300, "5 minutes"),
        (301, "6 minutes"),
    ],
)
def test_spans_in_words(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_a_day_is_that_of_utc() -> None:
    late = datetime(2026, 11, 23, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert day(late, "en") == "November 22, 2026"


def test_attributes_are_escaped_and_left_out_where_there_is_nothing_to_say() -> None:
    found = attributes(
        id='"><script>', required=True, autofocus=False, placeholder="", title=None, data_wait=0, class_="a"
    )
    assert found == ' id="&#34;&gt;&lt;script&gt;" required data-wait="0" class="a"'
    assert attributes(value="") == ' value=""'


def test_a_slip_in_a_template_is_a_defect_and_not_a_missing_attribute() -> None:
    with pytest.raises(UndefinedError):
        attributes(id=StrictUndefined(name="idd"))
    assert attributes(id=Undefined()) == ""


@given(st.text())
def test_no_value_leaves_its_attribute(text: str) -> None:
    clean = text.replace("\r", "\n")  # the parser's own normalisation
    assert parse(f"<input{attributes(value=clean)}>").one("input").attrs == {"value": clean}


def test_an_address_changes_with_the_content_only() -> None:
    assert static("watchword.css") == static("watchword.css")
    assert static("watchword.css") != static("forms.css")
    assert module("countdown.js").startswith('<script type="module" src="/static/countdown.js?v=')


def test_a_file_that_is_not_there_is_a_defect() -> None:
    with pytest.raises(FileNotFoundError):
        static("nothing.css")


def test_no_module_and_no_stylesheet_is_too_long() -> None:
    for file in STATIC.iterdir():
        assert len(file.read_text().splitlines()) < (120 if file.suffix == ".js" else 400), file.name


def test_problems_are_each_told_once() -> None:
    problems = Problems(errors(one=["a", "b"], two="c", non_field_errors="d"))
    assert problems
    assert problems.of("one") == ["a", "b"]
    assert problems.of("nobody") == []
    assert problems.form() == ["d"]
    assert problems.others("one") == ["c", "d"]
    assert problems.fields() == ["one", "two", "non_field_errors"]
    assert not Problems({"one": []})


def test_our_own_pictures_only() -> None:
    assert own_picture("/media/x.jpg") == "/media/x.jpg"
    assert own_picture("data:text/html,x") == ""
