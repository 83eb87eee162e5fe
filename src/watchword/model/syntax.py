"""Whether an expression parses; how its body becomes a function's."""

import ast
import textwrap
from functools import lru_cache
from typing import NamedTuple


class SyntaxProblem(NamedTuple):
    """A sentence with line and column; `line` counts from 1 in the source, and is None where it is all of it."""

    said: str
    line: int | None = None


def as_body(source: str) -> str:
    """An expression's source with common indentation and outer blank lines removed.

    A source whose first line alone lost its indent (clients strip outer white space) is mended too.
    """
    lines = _lines(source)[leading_lines(source) :]
    if lines and not lines[0].startswith((" ", "\t")):
        rest = textwrap.dedent("\n".join(lines[1:]))
        if _parses("\n".join(lines)) is not None and _parses(candidate := f"{lines[0]}\n{rest}") is None:
            return candidate.rstrip()
        # Left as it is: dedent would empty lines of blanks within strings.
        return "\n".join(lines).rstrip()
    return textwrap.dedent("\n".join(lines)).rstrip()


def leading_lines(source: str) -> int:
    """Empty lines in front, which fall away: an error's line is counted from the administrator's first."""
    lines = _lines(source)
    return next((number for number, line in enumerate(lines) if line.strip()), len(lines))


def _lines(source: str) -> list[str]:
    # Python's own line breaks only: `splitlines` would also break a string literal at a form feed or U+2028.
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _parses(body: str) -> SyntaxError | ValueError | None:
    """None where the body parses; `return` may stand at its top level."""
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError) as error:
        return error
    except (RecursionError, MemoryError):
        return ValueError("The expression is nested too deeply.")
    function = ast.parse("def expression():\n    pass")
    function.body[0].body = tree.body or function.body[0].body  # type: ignore[attr-defined] # ast.stmt says nothing of bodies
    try:
        compile(function, "<expression>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return error
    except (RecursionError, MemoryError):
        return ValueError("The expression is nested too deeply.")
    return None


@lru_cache(maxsize=256)
def syntax_problem(source: str) -> SyntaxProblem | None:
    """None where the expression parses. Kept for those used last: every change checks the whole configuration."""
    problem = _parses(as_body(source))
    if isinstance(problem, SyntaxError):
        line = (problem.lineno or 1) + leading_lines(source)
        return SyntaxProblem(f"{problem.msg} (line {line}, column {problem.offset or 1})", line)
    return SyntaxProblem(str(problem)) if problem else None
