"""The commands in blocks of shell, one by one."""

import shlex
from collections.abc import Iterator
from typing import NamedTuple

from tests.manual import Block


class Typed(NamedTuple):
    """`settings` are the variables in front of the command, or exported before it."""

    words: tuple[str, ...]
    settings: dict[str, str]

    def of_watchword(self) -> tuple[str, ...] | None:
        """The words after `watchword`, also where it is run by sudo or in a container."""
        names = [word.rpartition("/")[2] for word in self.words]
        if names[0] == "watchword":
            return self.words[1:]
        if names[0] == "sudo" and names[1:2] == ["-u"] and names[3] == "watchword":
            return self.words[4:]
        if names[:2] == ["podman", "exec"] and names[3] == "watchword":
            return self.words[4:]
        return None


def commands(block: Block) -> Iterator[Typed]:
    """Of a block that shows what came of them too, the lines behind a prompt. Raises ValueError for open quotes."""
    exported: dict[str, str] = {}
    for line in block.text.replace("\\\n", " ").splitlines():
        if block.language == "text" and not line.startswith("$ "):
            continue
        for words in _simple(line.removeprefix("$ ")):
            if words[0] == "export":
                exported |= dict(word.split("=", 1) for word in words[1:])
                continue
            given: dict[str, str] = {}
            while words and words[0].partition("=")[0].isidentifier() and "=" in words[0]:
                name, _, value = words.pop(0).partition("=")
                given[name] = value
            if words:
                yield Typed(tuple(words), exported | given)
            else:
                exported |= given


def _simple(line: str) -> Iterator[list[str]]:
    """The commands of a line, without the files that they are led to or from."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    words: list[str] = []
    aside = False
    for token in lexer:
        if aside:
            aside = False
        elif set(token) <= {"<", ">"}:
            aside = True
        elif set(token) <= {"|", "&", ";"}:
            yield words
            words = []
        else:
            words.append(token)
    if words:
        yield words
