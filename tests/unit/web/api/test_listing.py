"""Pages of a list: which one is asked for, what it holds, and what stands around it."""

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.errors import FieldsInvalid, NotFound
from watchword.web.api.call import Call
from watchword.web.api.listing import MAX_PAGE_SIZE, PAGE_SIZE, Window, cut, envelope, terms, window
from watchword.web.api.shapes import Pagination


class Asked:
    """A call, as far as its query goes."""

    def __init__(self, **query: str) -> None:
        self.query = query

    def option(self, name: str, default: str = "") -> str:
        return self.query.get(name, default)


def asked(**query: str) -> Window:
    return window(cast(Call, Asked(**query)))


def test_the_first_page_of_twenty_is_what_nobody_asks_for() -> None:
    assert asked() == asked(page="", page_size="") == Window(1, PAGE_SIZE) == Window(1, 20)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("007", 7),
        ("100", 100),
        ("101", 100),
        ("99999999999", 100),
    ],
)
def test_a_size_is_at_most_a_hundred(text: str, size: int) -> None:
    assert asked(page_size=text).size == size


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", "9" * 1001])
def test_a_size_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        asked(page_size=text)
    assert refused.value.errors == {"page_size": ["A valid integer is required."]}


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", " 1", "+1", "1_0", "٣", "²", "last"])
def test_a_page_that_is_none_is_not_found(text: str) -> None:
    with pytest.raises(NotFound, match="Invalid page"):
        asked(page=text)


def test_a_page_that_no_list_has_is_not_found() -> None:
    with pytest.raises(NotFound, match="Invalid page"):
        envelope(asked(page="99999999999"), 10**6, [])


def test_a_page_begins_where_the_one_before_ended() -> None:
    assert [Window(page, 7).offset for page in (1, 2, 3)] == [0, 7, 14]


@pytest.mark.parametrize(
    ("page", "count", "expected"),
    [
        (1, 0, Pagination(0, 0, 0, 1, 1, 0, 0)),
        (1, 5, Pagination(0, 0, 5, 1, 1, 1, 5)),
        (1, 10, Pagination(0, 0, 10, 1, 1, 1, 10)),
        (1, 11, Pagination(2, 0, 11, 1, 2, 1, 10)),
        (2, 25, Pagination(3, 1, 25, 2, 3, 11, 20)),
        (3, 25, Pagination(0, 2, 25, 3, 3, 21, 25)),
    ],
)
def test_an_envelope_says_where_its_page_stands(page: int, count: int, expected: Pagination) -> None:
    assert envelope(Window(page, 10), count, ["a"]) == {
        "pagination": expected,
        "results": ["a"],
        "autocomplete": {},
    }


@pytest.mark.parametrize(("page", "count"), [(2, 0), (2, 10), (3, 20)])
def test_there_is_no_page_beyond_the_last(page: int, count: int) -> None:
    with pytest.raises(NotFound, match="Invalid page"):
        envelope(Window(page, 10), count, [])


@given(st.lists(st.integers(), max_size=60), st.integers(1, MAX_PAGE_SIZE))
def test_whoever_follows_the_pages_sees_everything_once(items: list[int], size: int) -> None:
    seen: list[int] = []
    page, before = 1, 0
    while page:
        chosen = Window(page, size)
        answer = envelope(chosen, len(items), cut(chosen, items))
        about = answer["pagination"]
        assert (about.current, about.previous, about.count) == (page, before, len(items))
        assert items[about.start_index - 1 : about.end_index] == answer["results"] or not items
        seen += answer["results"]
        page, before = about.next, page
    assert seen == items
    assert before == about.total_pages


@given(st.text(), st.text())
def test_any_text_is_a_window_or_is_refused(page: str, size: str) -> None:
    try:
        chosen = asked(page=page, page_size=size)
    except NotFound:
        assert not page.isdigit() or not page.isascii() or int(page) == 0
    except FieldsInvalid:
        assert not size.isdigit() or not size.isascii() or int(size) == 0
    else:
        assert chosen.page >= 1
        assert 1 <= chosen.size <= MAX_PAGE_SIZE


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", []), (" , ", []), ("One", ["one"]), (" one,TWO\tthree ,", ["one", "two", "three"]), ("Straße", ["strasse"])],
)
def test_terms_are_parted_by_blanks_and_commas_in_any_letter_case(text: str, expected: list[str]) -> None:
    assert terms(text) == expected
