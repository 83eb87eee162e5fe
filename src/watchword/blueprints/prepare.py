"""What takes too long for a transaction: passwords are hashed, or recognised, before it begins."""

from contextlib import suppress
from typing import Any

from watchword.blueprints.document import Blueprint, Entry
from watchword.blueprints.fields import Misfit, fit
from watchword.blueprints.kind import fitted_identifier
from watchword.blueprints.merge import merge
from watchword.blueprints.people.users import USER, UserForm, UserKind, match_user
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.tag import Given, Scope, resolve
from watchword.passwords import hash_in_thread, verify_in_thread
from watchword.storage.database import Database


async def prepare(database: Database, blueprint: Blueprint, given: Given) -> dict[int, str]:
    """For each entry that sets a password, by its number: the hash to store.

    A password that the user has already keeps its hash, so that applying again changes nothing. Entries with
    something wrong are passed over here: applying them tells what.
    """
    scope = Scope(given, merge(blueprint.context, given.context))
    hashes = {}
    for entry in blueprint.entries:
        if entry.model == USER and "password" in entry.values and entry.state != "absent":
            with suppress(BlueprintInvalid, Misfit):
                password, identifiers = _resolved(entry, scope)
                hashes[entry.number] = await _hash(database, password, identifiers)
    return hashes


def _resolved(entry: Entry, scope: Scope) -> tuple[str, dict[str, Any]]:
    password = fit(UserForm, "password", resolve(entry.values["password"], scope))
    identifiers = {field: resolve(value, scope) for field, value in entry.identifiers.items()}
    return password, {field: fitted_identifier(UserKind, field, value) for field, value in identifiers.items()}


async def _hash(database: Database, password: str, identifiers: dict[str, Any]) -> str:
    user = await database.read(match_user, identifiers)
    if user and user.password_hash and await verify_in_thread(user.password_hash, password):
        return user.password_hash
    return await hash_in_thread(password)
