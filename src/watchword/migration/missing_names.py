"""What an expression of authentik's uses that is not there in Watchword's sandbox, without running it."""

import ast
import builtins
from collections.abc import Iterator

from watchword.expressions.reference.entry import Kind
from watchword.expressions.reference.helpers import HELPERS, MISSING
from watchword.expressions.reference.topics import topics
from watchword.model.syntax import as_body, leading_lines, syntax_problem

_MODULES = frozenset({"re", "json", "math", "datetime"})
_ABSENT = {entry.name: entry.means for entry in MISSING}
_BUILTINS = frozenset(dir(builtins)) - {"open", "exec", "eval", "compile", "__import__", "input", "breakpoint"}
_ORM = frozenset({"objects", "ak_groups", "all_groups", "save", "set_password", "refresh_from_db", "filter", "exclude"})
"""What only objects of authentik's database have."""

_ALIASES = frozenset({"request", "context", "http_request"})
_MOST = 5


def missing_names(source: str, kind: Kind) -> tuple[str, ...]:
    """Sentences with lines; none where all is there. A source that does not parse has one."""
    if problem := syntax_problem(source):
        return (f"It cannot be read: {problem.said}",)
    try:
        tree = ast.parse(as_body(source))
        found = sorted(set(_found(tree, kind)))
    except RecursionError:
        return ("It is nested too deeply.",)
    lines = leading_lines(source)
    return tuple(f"Line {line + lines}: {said}" for line, said in found[:_MOST])


def _found(tree: ast.AST, kind: Kind) -> Iterator[tuple[int, str]]:
    known = _known(kind) | _bound(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        else:
            names = []
            yield from _names(node, known)
        for name in names:
            if name.split(".")[0] not in _MODULES or (isinstance(node, ast.ImportFrom) and node.level):
                yield node.lineno, f"“{name}” cannot be imported."  # type: ignore[attr-defined] # an import, see above


def _names(node: ast.AST, known: frozenset[str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Attribute) and node.attr in _ORM:
        yield node.lineno, f"there is no “.{node.attr}”: expressions reach no database."
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in known:
        yield node.lineno, f"there is no “{node.id}”. {_ABSENT.get(node.id, '')}".strip()


def _known(kind: Kind) -> frozenset[str]:
    usable = {entry.name for topic in topics(kind) if topic.usable for entry in topic.entries}
    return frozenset(usable | {entry.name for entry in HELPERS if kind in entry.kinds} | _ALIASES) | _BUILTINS


def _bound(tree: ast.AST) -> frozenset[str]:
    """Whatever the expression itself gives a name to, anywhere."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names.add((other or name).split(".")[0])
            case _:
                pass
    return frozenset(names)
