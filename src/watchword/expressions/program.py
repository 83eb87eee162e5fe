"""From an expression's body to a program that the sandbox runs, keeping its lines and its strings as they are."""

import io
import tokenize

from watchword.model.syntax import as_body

INDENT = "    "
HEADER_LINES = 1
"""How many lines stand before the administrator's first one."""

_F_START = getattr(tokenize, "FSTRING_START", None)
_F_END = getattr(tokenize, "FSTRING_END", None)


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
        line if number in inside or not line.strip() else INDENT + line
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
