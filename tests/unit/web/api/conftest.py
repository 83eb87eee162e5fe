"""The API of a house for each test, and the three people who call it, with an administrator beside them."""

import hashlib
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import NOW, House
from watchword.administration.superusers import make_administrator
from watchword.storage.tokens import create_token
from watchword.storage.users import create_user, find_user

ADMIN = "ada"


@pytest.fixture
async def house(opened: OpenHouse) -> AsyncIterator[House]:
    async with opened() as house:
        yield await with_tokens(house)


async def with_tokens(house: House) -> House:
    """An administrator, and a token for each that is called as its user."""
    await house.services.database.run(_people)
    return house


def _people(conn: Connection) -> None:
    make_administrator(conn, create_user(conn, username=ADMIN, now=NOW, name="Ada", email="ada@example.org"))
    for name in (ADMIN, OWNER.username, OTHER.username):
        user = find_user(conn, username=name)
        assert user
        key = hashlib.sha256(f"key of {name}".encode()).hexdigest()
        create_token(conn, identifier=f"{name}-token", user_id=user.id, key_hash=key, now=NOW, expiring=False)


@pytest.fixture
def admin(house: House) -> ApiCaller:
    return ApiCaller(house, ADMIN)


@pytest.fixture
def owner_api(house: House) -> ApiCaller:
    return ApiCaller(house, OWNER.username)


@pytest.fixture
def other_api(house: House) -> ApiCaller:
    return ApiCaller(house, OTHER.username)


@pytest.fixture
def nobody(house: House) -> ApiCaller:
    """A stranger: without any credentials."""
    return ApiCaller(house, None)
