"""Which statements of a prelude an expression needs: reading and running all of it costs more than most expressions."""

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

_FINISH = "_finish"
_READ_TEXT_AS_CODE = frozenset({"eval", "exec"})
"""Whoever calls these may name anything without its name being seen here."""


class _Part(NamedTuple):
    text: str
    asked_by: frozenset[str]
    uses: frozenset[str]


class Prelude:
    """What is defined in the sandbox before an expression: statements which each define names or an attribute of one.

    Made once and compared by identity.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _parts(self) -> tuple[_Part, ...]:
        lines = self.text.split("\n")
        return tuple(
            _Part(
                "\n".join(lines[statement.lineno - 1 : statement.end_lineno]),
                frozenset(asking for name in defined(statement) for asking in _asking(name)),
                names_in(statement).difference(defined(statement)),
            )
            for statement in ast.parse(self.text).body
        )

    def needed(self, names: frozenset[str]) -> str:
        """In their order, the statements that the names (as `names_in` has them) ask for, with all that those need."""
        if names & _READ_TEXT_AS_CODE:
            return "\n".join(part.text for part in self._parts)
        wanted = {_FINISH, *names}
        taken: set[_Part] = set()
        while more := {part for part in self._parts if part not in taken and part.asked_by & wanted}:
            taken |= more
            wanted.update(*(part.uses for part in more))
        return "\n".join(part.text for part in self._parts if part in taken)


def names_in(tree: ast.AST) -> frozenset[str]:
    """`name`; but where only an attribute of it is used, `name.attribute` and `name.`."""
    found: set[str] = set()
    of_attributes: set[ast.AST] = set()
    # Breadth first: an attribute is seen before the name that it is of.
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {f"{node.value.id}.{node.attr}", f"{node.value.id}."}
            of_attributes.add(node.value)
        elif isinstance(node, ast.Name) and node not in of_attributes:
            found.add(node.id)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
    return frozenset(found)


def _asking(name: str) -> tuple[str, str]:
    """An attribute is asked for by itself, and by the name alone; the name, by that and by each attribute of it."""
    base, dot, _ = name.partition(".")
    return (name, base) if dot else (name, f"{name}.")


def defined(statement: ast.stmt) -> Iterator[str]:
    """The names and `name.attribute`s that a statement of a prelude binds."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
    elif isinstance(statement, ast.If):
        for inner in (*statement.body, *statement.orelse):
            yield from defined(inner)
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield ast.unparse(target)
