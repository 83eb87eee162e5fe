"""Whether an expression parses; how its body becomes a function's."""

import ast
import textwrap


def as_body(source: str) -> str:
    """An expression's source with common indentation and outer blank lines removed.

    A source whose first line alone lost its indent (clients strip outer white space) is mended too.
    """
    # Python's own line breaks only: `splitlines` would also break a string literal at a form feed or U+2028.
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    if lines and not lines[0].startswith((" ", "\t")):
        rest = textwrap.dedent("\n".join(lines[1:]))
        if _parses("\n".join(lines)) is not None and _parses(candidate := f"{lines[0]}\n{rest}") is None:
            return candidate.rstrip()
        # Left as it is: dedent would empty lines of blanks within strings.
        return "\n".join(lines).rstrip()
    return textwrap.dedent("\n".join(lines)).rstrip()


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


def syntax_problem(source: str) -> str | None:
    """A sentence with line and column if the expression does not parse, else None."""
    problem = _parses(as_body(source))
    if isinstance(problem, SyntaxError):
        return f"{problem.msg} (line {problem.lineno or 1}, column {problem.offset or 1})"
    return str(problem) if problem else None
