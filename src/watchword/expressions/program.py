"""From an expression's body to a program that the sandbox runs, keeping its lines and its strings as they are."""

import ast
import io
import re
import tokenize
from functools import lru_cache
from typing import NamedTuple

from watchword.errors import ExpressionFailed
from watchword.expressions.parts import Prelude, names_in
from watchword.model.syntax import as_body, leading_lines, syntax_problem

INDENT = "    "
_FED = re.compile(r"^[ \t\f]*\f")
"""To Python, indentation is what comes after a form feed; behind ours it would lead out of the function."""
HEADER_LINES = 1
"""How many lines of a program stand before the administrator's first one."""
_KEPT = 256
_KEPT_CHARACTERS = 16 * 1024

_F_START = getattr(tokenize, "FSTRING_START", None)
_F_END = getattr(tokenize, "FSTRING_END", None)


class Prepared(NamedTuple):
    """All that a session is given, and which of its lines are the administrator's own."""

    code: str
    first: int
    last: int
    leading: int
    """How many empty lines of the source fell away before the first."""

    def line_of(self, line: int) -> int | None:
        """Counted from 1 in the source; None for a line that is not the administrator's."""
        return line - self.first + 1 + self.leading if self.first <= line <= self.last else None


def prepared(prelude: Prelude, source: str) -> Prepared:
    """What of the prelude the expression needs, and its program. Raises `ExpressionFailed` where it does not parse.

    Kept for those used last: to read an expression takes longer than to run it.
    """
    return (_prepare if len(source) > _KEPT_CHARACTERS else _prepare_once)(prelude, source)


def _prepare(prelude: Prelude, source: str) -> Prepared:
    if problem := syntax_problem(source):
        raise ExpressionFailed("syntax", problem.said, problem.line)
    before = prelude.needed(names_in(ast.parse(as_body(source)))) + "\n"
    return _placed(before, program(source), source)


def alone(source: str) -> Prepared:
    """The expression as a function that nobody calls. Raises `ExpressionFailed` where it does not parse."""
    if problem := syntax_problem(source):
        raise ExpressionFailed("syntax", problem.said, problem.line)
    return _placed("", definition(source), source)


def _placed(before: str, code: str, source: str) -> Prepared:
    first = before.count("\n") + HEADER_LINES + 1
    return Prepared(before + code, first, first + as_body(source).count("\n"), leading_lines(source))


_prepare_once = lru_cache(_KEPT)(_prepare)


def program(source: str) -> str:
    """The body as a function of no arguments, and its call: so `return` may stand at the body's top level.

    The source must parse (`watchword.model.syntax`); what parses as a body of its own cannot leave the function.
    """
    return f"{definition(source)}\n_finish(_expression())"


def definition(source: str) -> str:
    """The function alone, without its call."""
    body = as_body(source)
    inside = _lines_inside_strings(body)
    # A form feed or U+2028 is no line break to Python, so not splitlines().
    lines = [
        line if number in inside or not line.strip() else INDENT + _FED.sub("", line)
        for number, line in enumerate(body.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)
    ]
    return "\n".join(["def _expression():", *lines, f"{INDENT}return None"])


def _lines_inside_strings(body: str) -> set[int]:
    """The lines that begin within a string: indenting them would change its value."""
    inside: set[int] = set()
    open_f_strings: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(body).readline):
        if token.type == tokenize.STRING:
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
        elif token.type == _F_START:
            open_f_strings.append(token.start[0])
        elif token.type == _F_END:
            inside.update(range(open_f_strings.pop() + 1, token.end[0] + 1))
    return inside
