"""However many administrators take each other's rights away at once, and by whatever way: one stays."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.races.replicas import Replicas, at_once
from tests.races.test_administration import call
from tests.unit.web.client import Visitor
from watchword.administration.erasing import erase
from watchword.errors import Invalid
from watchword.storage.users import User, can_be_administered

pytestmark = pytest.mark.asyncio(loop_scope="session")

USERS, GROUPS = "/api/v3/core/users/", "/api/v3/core/groups/"

Way = Callable[[Replicas, Visitor, User, str], Awaitable[Any]]


async def dismisses(_: Replicas, by: Visitor, whom: User, __: str) -> Any:
    return (await call(by, "PATCH", f"{USERS}{whom.id}/", is_active=False)).status


async def deletes(_: Replicas, by: Visitor, whom: User, __: str) -> Any:
    return (await call(by, "DELETE", f"{USERS}{whom.id}/")).status


async def takes_out_of_all_groups(_: Replicas, by: Visitor, whom: User, __: str) -> Any:
    return (await call(by, "PATCH", f"{USERS}{whom.id}/", groups=[])).status


async def takes_out_of_the_group(_: Replicas, by: Visitor, whom: User, group: str) -> Any:
    return (await call(by, "POST", f"{GROUPS}{group}/remove_user/", pk=whom.id)).status


async def demotes_the_group(_: Replicas, by: Visitor, __: User, group: str) -> Any:
    return (await call(by, "PATCH", f"{GROUPS}{group}/", is_superuser=False)).status


async def erases(replicas: Replicas, _: Visitor, whom: User, __: str) -> Any:
    services = replicas.services[1]
    try:
        await erase(services.database, services.keyring, whom.username, by="the tests", now=replicas.clock())
    except Invalid:
        return 400
    return 204


WAYS: tuple[Way, ...] = (dismisses, deletes, takes_out_of_all_groups, takes_out_of_the_group, demotes_the_group, erases)
REFUSED = {400, 401, 403, 404, 409, 412}


@pytest.mark.parametrize("seed", range(24))
async def test_one_superuser_stays_however_they_remove_each_other_at_once(replicas: Replicas, seed: int) -> None:
    await replicas.without_superusers()
    chance = random.Random(seed)  # noqa: S311 - no secret
    count = chance.choice([2, 3])
    people = [await replicas.newcomer(superuser=True) for _ in range(count)]
    visitors = [replicas.same(await replicas.signed_in(user), 2)[place % 2] for place, (_, user) in enumerate(people)]
    [group] = await replicas.rows("SELECT pk FROM user_group WHERE is_superuser")
    works = [
        chance.choice(WAYS)(replicas, by, people[(place + 1) % count][1], group["pk"])
        for place, by in enumerate(visitors)
    ]
    answers = await at_once(works)
    assert await replicas.database.read(can_be_administered), answers
    assert set(answers) <= {200, 204} | REFUSED
    assert set(answers) & {200, 204} or count == 2, "somebody was removed"
    await replicas.write("UPDATE user_group SET is_superuser = true WHERE pk = :pk", pk=group["pk"])


async def test_two_who_delete_themselves_at_once_leave_one(replicas: Replicas) -> None:
    await replicas.without_superusers()
    people = [await replicas.newcomer(superuser=True) for _ in range(2)]
    visitors = [replicas.same(await replicas.signed_in(user), 2)[place] for place, (_, user) in enumerate(people)]
    answers = await at_once(
        [call(by, "DELETE", f"{USERS}{user.id}/") for by, (_, user) in zip(visitors, people, strict=True)]
    )
    assert sorted(answer.status for answer in answers) in ([204, 400], [400, 400], [400, 403]), answers
    assert await replicas.database.read(can_be_administered)
