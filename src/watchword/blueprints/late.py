"""Entries whose model or state is a tag."""

import msgspec

from watchword.blueprints.document import STATES, WRONG_STATE, Entry
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.tag import Scope, resolve


def settled(entry: Entry, scope: Scope) -> Entry:
    """With its model and its state; raises `BlueprintInvalid`."""
    if not entry.late:
        return entry
    found = {key: resolve(tag, scope) for key, tag in entry.late.items()}
    model, state = found.get("model", entry.model), found.get("state", entry.state)
    if not isinstance(model, str) or not model:
        raise BlueprintInvalid.at(entry.late["model"].place, "An entry needs a model, as app.model.")
    if state not in STATES:
        raise BlueprintInvalid.at(entry.late["state"].place, WRONG_STATE, model=model.lower())
    return msgspec.structs.replace(entry, model=model.lower(), state=state, late={})
