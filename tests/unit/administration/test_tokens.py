"""API tokens: whose they may be, how long they last, and who sees a key."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.administration.bench import KEYRING, NOW, Office
from watchword.administration import tokens
from watchword.administration.tokens import LIFETIME, derived_key, hashed
from watchword.errors import NotFound
from watchword.keyring import Keyring
from watchword.storage.tokens import Token, find_token, get_token

ITSELF = {"identifier": "ci"}


async def create(office: Office, name: str = "ada", **values: Any) -> Token:
    given = {**ITSELF, **values}
    return await office.run(tokens.create, KEYRING, given, by=office.by(name), superuser=name == "ada", now=NOW)


async def refused(office: Office, name: str, **values: Any) -> Any:
    given = {**ITSELF, **values}
    return await office.refused(tokens.create, KEYRING, given, by=office.by(name), superuser=name == "ada", now=NOW)


async def test_only_a_hash_is_stored_and_whoever_has_the_database_alone_has_no_key(office: Office) -> None:
    made = await create(office)
    key = derived_key(KEYRING, made.pk)
    assert made.key_hash == hashed(key) != key
    assert hashed(derived_key(Keyring("another secret key"), made.pk)) != made.key_hash
    assert await office.run(find_token, hashed(key), NOW) == made


async def test_a_token_lasts_a_day_unless_it_is_said(office: Office) -> None:
    assert (await create(office)).expires == NOW + LIFETIME
    later = NOW + timedelta(days=9)
    assert (await create(office, identifier="longer", expires=later)).expires == later
    forever = await create(office, identifier="forever", expiring=False, expires=later)
    assert (forever.expiring, forever.expires) == (False, None)


async def test_only_superusers_make_tokens_of_others_and_such_as_last(office: Office) -> None:
    oscar = office.people["oscar"]
    assert (await create(office, user=oscar.id)).user_id == oscar.id
    theirs = await refused(office, "olivia", identifier="other", user=oscar.id)
    assert theirs == {"user": ["You can make tokens for yourself only."]}
    lasting = await refused(office, "olivia", identifier="other", expiring=False)
    assert lasting == {"expiring": ["Only superusers can make a token that never expires."]}
    assert (await create(office, "olivia", identifier="own")).user_id == office.people["olivia"].id


async def test_what_is_wrong_is_said_by_field(office: Office) -> None:
    await create(office)
    assert await refused(office, "ada") == {"identifier": [tokens.TAKEN]}
    nobody = await refused(office, "ada", identifier="other", user=999)
    assert nobody == {"user": ['Invalid pk "999" - object does not exist.']}


async def change(office: Office, token: Token, name: str, **values: Any) -> Any:
    return (tokens.change, token, values), {"by": office.by(name), "superuser": name == "ada", "now": NOW}


async def test_a_token_stays_with_its_user_and_under_a_name_of_its_own(office: Office) -> None:
    made = await create(office)
    await create(office, identifier="taken")
    for values, said in (
        ({"user": office.people["oscar"].id}, {"user": ["A token stays with its user."]}),
        ({"identifier": "taken"}, {"identifier": [tokens.TAKEN]}),
    ):
        args, kwargs = await change(office, made, "ada", **values)
        assert await office.refused(*args, **kwargs) == said
    assert await office.run(get_token, "ci") == made


async def test_a_token_that_is_to_expire_after_all_gets_a_day(office: Office) -> None:
    forever = await create(office, expiring=False)
    args, kwargs = await change(office, forever, "ada", expiring=True)
    assert (await office.run(*args, **kwargs)).expires == NOW + LIFETIME


async def test_whoever_looks_at_a_key_is_written_down(office: Office) -> None:
    made = await create(office)
    key = await office.run(tokens.view_key, KEYRING, made, by=office.by("ada"), now=NOW)
    assert hashed(key) == made.key_hash
    [event] = await office.events("secret_view")
    assert (event.username, event.client_ip, event.context["model"]["name"]) == ("ada", "192.0.2.7", "ci")
    assert key not in repr(event)


async def test_a_key_set_by_hand_counts_and_cannot_be_shown(office: Office) -> None:
    made = await create(office)
    old, chosen = derived_key(KEYRING, made.pk), "a key that was chosen"
    await office.run(tokens.set_key, made, chosen, by=office.by("ada"), now=NOW)
    changed = await office.run(find_token, hashed(chosen), NOW)
    assert changed is not None
    assert await office.run(find_token, hashed(old), NOW) is None
    with pytest.raises(NotFound):
        await office.run(tokens.view_key, KEYRING, changed, by=office.by("ada"), now=NOW)
    [event] = await office.events("model_updated")
    assert event.context["fields"] == ["key"]
    assert chosen not in repr(event)


async def test_that_another_token_has_a_key_is_not_said(office: Office) -> None:
    made, other = await create(office), await create(office, identifier="other")
    taken = derived_key(KEYRING, other.pk)
    said = await office.refused(tokens.set_key, made, taken, by=office.by("ada"), now=NOW)
    assert said == {"key": ["This key cannot be used. Choose another one."]}
    assert await office.run(find_token, made.key_hash, NOW) == made
