"""YAML as people write it: tags without quotes, expressions in their own lines, a blank line between entries."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import yaml


class Tagged(NamedTuple):
    """A tag with its text, or with the items of its list."""

    tag: str
    value: Any


class _Dumper(yaml.SafeDumper):
    """Writes every value out: anchors would have to be followed by whoever reads the file."""

    def ignore_aliases(self, _: Any) -> bool:
        return True

    def choose_scalar_style(self) -> str:
        """PyYAML puts whatever has a tag of its own in quotes, also where YAML needs none."""
        event: Any = self.event
        if event.tag.startswith("!") and not event.style and not event.implicit[0]:
            self.analysis: Any = self.analyze_scalar(event.value)
            plain = self.analysis.allow_flow_plain if self.flow_level else self.analysis.allow_block_plain
            if plain and event.value and not self.analysis.multiline:
                return ""
        style: str = super().choose_scalar_style()
        return style


_LINE_ENDS = frozenset("\r\x85\u2028\u2029")


def _represent(dumper: yaml.SafeDumper, tagged: Tagged) -> yaml.Node:
    if isinstance(tagged.value, str):
        style = '"' if _LINE_ENDS & set(tagged.value) else None
        return dumper.represent_scalar(tagged.tag, tagged.value, style=style)
    return dumper.represent_sequence(tagged.tag, tagged.value, flow_style=True)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """Expressions stand in their own lines, as they were written; what else ends a line in YAML is escaped."""
    style = '"' if _LINE_ENDS & set(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(Tagged, _represent)
_Dumper.add_representer(str, _represent_text)


def blueprint_text(
    *, metadata: dict[str, Any], entries: Iterable[dict[str, Any]], context: bool = False, comments: Iterable[str] = ()
) -> str:
    """`comments` are lines at the top: none of them may hold what a person wrote. With `context`, an empty one."""
    head = {"version": 1, "metadata": metadata} | ({"context": {}} if context else {})
    written = [_dump([entry]) for entry in entries]
    lines = "".join(f"# {line}".rstrip() + "\n" for line in comments)
    return lines + _dump(head) + ("entries:\n" + "\n".join(written) if written else "entries: []\n")


def variables_in(value: Any) -> Iterator[str]:
    """The names that `!Env` stands before."""
    if isinstance(value, Tagged) and value.tag == "!Env":
        yield value.value
    elif isinstance(value, Tagged | list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from variables_in(inner)


def _dump(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text
