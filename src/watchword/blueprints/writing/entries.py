"""From drafts to entries: references to earlier entries by their ids, to what is elsewhere by its name."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from watchword.blueprints.writing.draft import Draft, Ref, refs_in
from watchword.blueprints.writing.yaml_text import Tagged


def entries(
    drafts: Sequence[Draft], elsewhere: Mapping[Any, Tagged], *, as_authentik: bool = False
) -> Iterator[dict[str, Any]]:
    """`elsewhere` tells how what is not among the drafts is found.

    Uuids stand only where nothing else would do: in what is referred to before its turn, and in place of names that
    two have in common. `as_authentik` every entry has its uuid and is referred to by it, and keys stand there empty.
    """
    ids = {} if as_authentik else _ids(drafts)
    known: dict[Any, Any] = dict(elsewhere)
    early, common = _early(drafts), _common(drafts)
    for draft in drafts:
        values = {name: _written(value, known) for name, value in draft.values.items()}
        names = [] if draft.key in common else list(draft.named())
        identifiers = {name: values[name] for name in names}
        if as_authentik or draft.key in early | common:
            identifiers = {"pk": draft.key} | identifiers
        yield {
            "model": draft.model,
            **({"id": ids[draft.key]} if draft.key in ids else {}),
            **({"state": "present", "conditions": []} if as_authentik else {}),
            "identifiers": identifiers,
            "attrs": {name: value for name, value in values.items() if name not in _left(draft, names)},
            **({"permissions": []} if as_authentik else {}),
        }
        if draft.key in ids:
            known[draft.key] = Tagged("!KeyOf", ids[draft.key])


def _left(draft: Draft, names: Sequence[str]) -> Sequence[str]:
    """Attributes that are not written: identifiers, and the other ways in of a binding."""
    return draft.named_by if names else ()


def _written(value: Any, known: Mapping[Any, Any]) -> Any:
    if isinstance(value, Ref):
        return known.get(value.key, value.key)
    if isinstance(value, list):
        return [_written(item, known) for item in value]
    return value


def _ids(drafts: Sequence[Draft]) -> dict[Any, str]:
    """Of those that others refer to."""
    wanted = set().union(*(refs_in(draft) for draft in drafts))
    taken: Counter[str] = Counter()
    ids = {}
    for draft in drafts:
        if draft.key not in wanted:
            continue
        plain = "-".join(part for part in (draft.noun, re.sub(r"\W+", "-", draft.called.lower()).strip("-")) if part)
        taken[plain] += 1
        ids[draft.key] = plain if taken[plain] == 1 else f"{plain}.{taken[plain]}"
    return ids


def _early(drafts: Sequence[Draft]) -> set[Any]:
    """What stands after something that refers to it, or refers to itself."""
    waiting = {draft.key for draft in drafts}
    early: set[Any] = set()
    for draft in drafts:
        early |= refs_in(draft) & waiting
        waiting.discard(draft.key)
    return early


def _common(drafts: Sequence[Draft]) -> set[Any]:
    """Those that another one would be taken for: two bindings of one group at one place, say."""
    seen: dict[str, Any] = {}
    common = set()
    for draft in drafts:
        name = repr((draft.model, sorted(draft.named().items())))
        if name in seen:
            common |= {draft.key, seen[name]}
        seen[name] = draft.key
    return common
