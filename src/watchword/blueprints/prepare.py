"""What takes too long for a transaction: passwords are hashed, or recognised, before it begins."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from watchword.blueprints.budget import Exhausted
from watchword.blueprints.document import Blueprint, Entry
from watchword.blueprints.fields import Misfit, fit
from watchword.blueprints.kind import fitted_identifier
from watchword.blueprints.late import settled
from watchword.blueprints.library import META, Library, MetaForm, Source
from watchword.blueprints.merge import merge
from watchword.blueprints.people.users import USER, UserForm, UserKind, match_user
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.tag import Given, Scope, resolve
from watchword.passwords import hash_in_thread, verify_in_thread
from watchword.storage.database import Database

_WRONG = (BlueprintInvalid, Misfit, Exhausted)


async def prepare(database: Database, blueprint: Blueprint, given: Given, library: Library) -> dict[int, str]:
    """For each entry that sets a password, by its number: the hash to store; of other blueprints that are applied in
    an entry's place too.

    A password that the user has already keeps its hash, so that applying again changes nothing. Entries with
    something wrong are passed over here: applying them tells what.
    """
    hashes: dict[int, str] = {}
    waiting: list[tuple[Blueprint, Mapping[str, Any]]] = [(blueprint, given.context)]
    seen: list[Blueprint] = []
    while waiting:
        current, context = waiting.pop()
        if any(current is one for one in seen):
            continue
        seen.append(current)
        scope = Scope(given, merge(current.context, context))
        for entry in current.entries:
            with suppress(*_WRONG):
                if source := _other(settled(entry, scope), scope, library):
                    waiting.append((await asyncio.to_thread(library.read, source), source.context))
            with suppress(*_WRONG):
                hashes |= await _hashed(database, settled(entry, scope), scope)
    return hashes


def _other(entry: Entry, scope: Scope, library: Library) -> Source | None:
    if entry.model != META:
        return None
    return library.find(fit(MetaForm, "identifiers", resolve(entry.values.get("identifiers"), scope)))


async def _hashed(database: Database, entry: Entry, scope: Scope) -> dict[int, str]:
    if entry.model != USER or "password" not in entry.values or entry.state == "absent":
        return {}
    password, identifiers = _resolved(entry, scope)
    return {entry.number: await _hash(database, password, identifiers)}


def _resolved(entry: Entry, scope: Scope) -> tuple[str, dict[str, Any]]:
    password = fit(UserForm, "password", resolve(entry.values["password"], scope))
    identifiers = {field: resolve(value, scope) for field, value in entry.identifiers.items()}
    return password, {field: fitted_identifier(UserKind, field, value) for field, value in identifiers.items()}


async def _hash(database: Database, password: str, identifiers: dict[str, Any]) -> str:
    user = await database.read(match_user, identifiers)
    if user and user.password_hash and await verify_in_thread(user.password_hash, password):
        return user.password_hash
    return await hash_in_thread(password)
