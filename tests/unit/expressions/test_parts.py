"""An expression gets the statements that it needs, and never misses one."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.expressions import prelude
from watchword.expressions.parts import Prelude, defined, names_in
from watchword.expressions.program import program

PRELUDES = [prelude.FOR_POLICIES, prelude.FOR_MAPPINGS, prelude.FOR_MAPPINGS_TRIED_OUT, prelude.FOR_PROMPTS]
SMALL = Prelude("""
import re
def helper(x):
    return re.escape(x)
class View:
    pass
user = helper("a")
request = View()
request.user = user
request.context = 1
if user:
    late = request.user
def _finish(value):
    return [value, _logs]
_logs = []
""")
FINISH = "def _finish(value):\n    return [value, _logs]\n_logs = []"


def needed(source: str, of: Prelude = SMALL) -> list[str]:
    return of.needed(names_in(ast.parse(program(source)))).split("\n")


def test_what_answers_is_always_there_and_nothing_else_unasked() -> None:
    assert "\n".join(needed("return 1")) == FINISH


@pytest.mark.parametrize(
    ("source", "has", "lacks"),
    [
        ("return helper(1)", ["import re", "def helper(x):"], ["class View:", 'user = helper("a")']),
        ("return request.context", ["request = View()", "request.context = 1"], ["request.user = user", "import re"]),
        ("return request.user", ["request.user = user", "import re"], ["request.context = 1"]),
        ("return request.nothing", ["request = View()"], ["request.user = user"]),
        ("return getattr(request, 'us' + 'er')", ["request.user = user", "request.context = 1"], []),
        ("x = request\nreturn x.user", ["request.user = user", "request.context = 1"], []),
        ("return late", ["    late = request.user", "request.user = user"], ["request.context = 1"]),
        ("request.user = 1\nreturn 2", ["request.user = user"], []),
        ("return f'{helper(1)}'", ["def helper(x):"], ["class View:"]),
        ("global helper\nreturn 1", ["def helper(x):"], []),
        ("return (lambda: [y for y in helper(1)])()", ["def helper(x):"], []),
        ("return 'helper'", [], ["def helper(x):"]),
    ],
)
def test_what_is_named_comes_with_what_it_needs(source: str, has: list[str], lacks: list[str]) -> None:
    found = needed(source)
    assert set(has) <= set(found)
    assert not set(lacks) & set(found)


@pytest.mark.parametrize("source", ["return eval('helper(1)')", "exec('x')", "f = eval\nreturn f('late')"])
def test_whoever_reads_text_as_code_gets_all(source: str) -> None:
    assert "\n".join(needed(source)) == SMALL.text.strip()


def test_the_order_stays() -> None:
    all_lines = SMALL.text.split("\n")
    found = needed("return (late, helper, request)")
    assert [line for line in all_lines if line in found] == found


@pytest.mark.parametrize("whole", PRELUDES)
def test_each_statement_of_a_prelude_defines_something_and_no_two_the_same(whole: Prelude) -> None:
    names = [name for statement in ast.parse(whole.text).body for name in (*defined(statement), None)]
    assert names.count(None) == len(ast.parse(whole.text).body)
    for before, name in zip([None, *names], names, strict=False):
        assert before or name, "a statement that defines nothing is never brought along"
    kept = [name for name in names if name]
    assert len(kept) == len(set(kept))


@pytest.mark.parametrize("whole", PRELUDES)
@given(data=st.data())
def test_whatever_is_brought_along_names_nothing_that_is_not(whole: Prelude, data: st.DataObject) -> None:
    every = sorted(name for statement in ast.parse(whole.text).body for name in defined(statement))
    asked = data.draw(st.sets(st.sampled_from(every), max_size=4))
    brought = ast.parse(whole.needed(names_in(ast.parse("\n".join(asked)))))
    has = {name for statement in brought.body for name in defined(statement)}
    assert asked <= has
    assert {name.rstrip(".") for name in names_in(brought)} & set(every) <= has
