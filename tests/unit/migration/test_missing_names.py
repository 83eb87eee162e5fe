"""What of an authentik expression is not there in the sandbox, by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.migration.world import ORM, VALID_NUMBER
from watchword.expressions.reference.beginnings import BEGINNINGS
from watchword.expressions.reference.entry import Kind
from watchword.expressions.reference.helpers import HELPERS, MISSING
from watchword.expressions.reference.variables import VARIABLES
from watchword.migration.missing_names import missing_names


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=lambda one: one.name)
def test_our_own_beginnings_miss_nothing(beginning: object) -> None:
    assert missing_names(beginning.text, beginning.kind) == ()  # type: ignore[attr-defined] # a Beginning


@pytest.mark.parametrize("entry", [*HELPERS, *VARIABLES], ids=lambda entry: entry.shown)
def test_nothing_that_the_reference_shows_is_missed(entry: object) -> None:
    for kind in entry.kinds:  # type: ignore[attr-defined] # an Entry
        assert missing_names(f"return {entry.example}", kind) == ()  # type: ignore[attr-defined] # as above


@pytest.mark.parametrize("entry", MISSING, ids=lambda entry: entry.shown)
def test_whatever_the_reference_calls_missing_is_missed(entry: object) -> None:
    (said,) = missing_names(f"# first\nreturn {entry.example}", "policy")  # type: ignore[attr-defined] # an Entry
    assert said.startswith("Line 2: ")
    assert entry.name in said  # type: ignore[attr-defined] # as above


@pytest.mark.parametrize(
    "source",
    [
        VALID_NUMBER,
        "import re\nfrom math import floor\nreturn bool(re.search('a', str(floor(2.5))))",
        "found = [name for name in request.user.groups if name.startswith('x')]\nreturn bool(found)",
        "def inner(a, *b, **c):\n    return a\nreturn inner(1)",
        "try:\n    pass\nexcept ValueError as error:\n    ak_message(str(error))\nreturn True",
        "with_walrus = (n := 5) and n\nreturn with_walrus",
        "requests = 5\nreturn requests",
        "match 5:\n    case x:\n        return x",
        "return hasattr(request, 'http_request') and http_request.GET.get('a')",
        "return (lambda one: one)(True)",
    ],
)
def test_what_is_there_is_not_missed(source: str) -> None:
    assert missing_names(source, "policy") == ()


@pytest.mark.parametrize(
    ("source", "line", "word"),
    [
        (ORM, 1, "authentik.core.models"),
        (ORM, 2, ".objects"),
        ("\n\n    return requests.get('https://example.org')", 3, "requests"),
        ("import os\nreturn True", 1, "os"),
        ("from . import x\nreturn x", 1, "cannot be imported"),
        ("return request.user.ak_groups.filter(name='x').exists()", 1, "ak_groups"),
        ("return geoip", 1, "geoip"),
        ("x = 5\nreturn open('/etc/passwd')", 2, "open"),
        ("return token", 1, "token"),
        ("return True +", 1, "cannot be read"),
    ],
)
def test_what_is_not_there_is_told_with_its_line(source: str, line: int, word: str) -> None:
    said = missing_names(source, "policy")
    assert any(word in one and (f"Line {line}:" in one or f"line {line}," in one) for one in said), said


@pytest.mark.parametrize(("kind", "there"), [("policy", False), ("mapping", True), ("prompt", False)])
def test_what_is_there_depends_on_what_it_is_of(kind: Kind, there: bool) -> None:
    assert (missing_names("return token", kind) == ()) == there


def test_of_many_slips_the_first_are_told() -> None:
    assert len(missing_names("\n".join(f"a{n} = b{n}" for n in range(50)), "policy")) == 5


@given(st.text())
def test_any_text_is_looked_at(source: str) -> None:
    assert all(isinstance(said, str) for said in missing_names(source, "policy"))


def test_what_is_nested_too_deeply_is_told() -> None:
    assert missing_names("return " + "(" * 5000 + ")" * 5000, "policy")
