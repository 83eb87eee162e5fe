"""What counts as naming somebody, and how it is taken out of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.storage.traces import ERASED, Traces

NUMBER, MASKED, HASH = "+4915123456713", "+49 ••• ••13", "ab" * 32
DEMO = Traces(user_id=7, words=("demo",), exact=("demo@example.org", NUMBER), masked=(MASKED,), number_keys=(HASH,))
AWKWARD = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and not text.isspace())


@pytest.mark.parametrize(
    "text",
    ["demo", "Demo", "“demo” became an administrator", "by demo.", "(demo)", "demo's phone", '{"by":"demo"}', "demo:7"],
)
def test_a_name_is_found_where_it_stands_alone(text: str) -> None:
    assert DEMO.pattern.search(text)
    assert DEMO.without(text).casefold() == text.casefold().replace("demo", ERASED)


@pytest.mark.parametrize("text", ["demo-sms", "demonstration", "demo.example.org", "my/demo/flow", "a_demo", "demo_"])
def test_a_part_of_another_word_is_nobody(text: str) -> None:
    assert not DEMO.pattern.search(text)
    assert DEMO.without(text) == text


def test_an_address_goes_as_a_whole() -> None:
    assert DEMO.without("to demo@example.org, DEMO@EXAMPLE.ORG") == f"to {ERASED}, {ERASED}"


def test_hashes_and_numbers_are_found_within_anything() -> None:
    assert DEMO.pattern.search(f"sms:number:{HASH}")
    assert DEMO.stand_in(f"x{NUMBER}y".encode())
    assert not DEMO.stand_in([1, None, {"a": True, "b": 2.5}, "nobody", b"no"])


def test_a_masked_number_goes_only_where_it_is_told_to() -> None:
    assert DEMO.without(f"to {MASKED}") == f"to {MASKED}"
    assert DEMO.without(f"to {MASKED}", masked=True) == f"to {ERASED}"
    assert not DEMO.pattern.search(MASKED)


def test_a_value_keeps_its_shape() -> None:
    value = {"by": "demo", "demo": [1, None, {"at": True, "who": "demo@example.org"}], "n": 2.5}
    assert DEMO.without(value) == {"by": ERASED, ERASED: [1, None, {"at": True, "who": ERASED}], "n": 2.5}


@given(name=AWKWARD, before=st.sampled_from(["", " ", "“", "by ", "\n"]))
def test_whatever_somebody_is_called_nothing_is_left(name: str, before: str) -> None:
    traces = Traces(user_id=1, words=(name,), exact=())
    value = {"who": f"{before}{name}"}
    assert traces.stand_in(value)
    assert traces.stand_in([{value["who"]: 1}])
    assert name not in traces.without(value)["who"].replace(ERASED, "")


@given(names=st.lists(AWKWARD, min_size=1, max_size=4))
def test_taking_away_twice_changes_no_more(names: list[str]) -> None:
    traces = Traces(user_id=1, words=tuple(names), exact=())
    once = traces.without(" ".join(names))
    assert once.count(ERASED) >= 1 or once == ""
