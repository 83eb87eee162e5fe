"""My sessions: seen and ended by their owner alone."""

from tests.people import OWNER
from tests.unit.web.client import Visitor
from tests.unit.web.house import House

PAGE, END = "/if/user/sessions/", "/if/user/sessions/end"


async def ids(house: House, username: str) -> list[str]:
    rows = await house.rows(
        "SELECT session.id FROM session JOIN users ON users.id = session.user_id WHERE username = :name ORDER BY 1",
        name=username,
    )
    return [str(row["id"]) for row in rows]


async def is_signed_in(visitor: Visitor) -> bool:
    return (await visitor.get("/if/user/")).status == 200


async def test_everybody_sees_where_he_is_signed_in(house: House, owner: Visitor, other: Visitor) -> None:
    await house.signed_in(OWNER, address="203.0.113.9")
    page = (await owner.get(PAGE)).text
    assert "203.0.113.9" in page
    assert page.count("this one") == 1
    assert "203.0.113.9" not in (await other.get(PAGE)).text


async def test_one_can_be_ended_from_another(house: House, owner: Visitor) -> None:
    elsewhere = await house.signed_in(OWNER)
    await owner.get(PAGE)
    first, second = await ids(house, OWNER.username)
    ended = await owner.submit(END, session=second)
    assert (ended.status, ended.header("location")) == (303, PAGE)
    assert not await is_signed_in(elsewhere)
    assert await is_signed_in(owner)
    assert await ids(house, OWNER.username) == [first]


async def test_all_others_can_be_ended_at_once(house: House, owner: Visitor, other: Visitor) -> None:
    elsewhere = [await house.signed_in(OWNER) for _ in range(3)]
    await owner.submit(END, others="true")
    assert [await is_signed_in(visitor) for visitor in elsewhere] == [False] * 3
    assert await is_signed_in(owner)
    assert await is_signed_in(other)


async def test_somebody_elses_is_left_alone(house: House, owner: Visitor, other: Visitor, stranger: Visitor) -> None:
    (hers,) = await ids(house, OWNER.username)
    for session in (hers, "", "x", "-1", "9" * 40):
        assert (await other.submit(END, session=session)).status == 303
    assert (await stranger.submit(END, session=hers)).header("location").startswith("/flows/-/default/authentication/")
    assert await is_signed_in(owner)


async def test_a_form_without_its_token_ends_nothing(house: House, owner: Visitor) -> None:
    elsewhere = await house.signed_in(OWNER)
    assert (await owner.submit(END, others="true", _csrf="wrong")).status == 403
    assert await is_signed_in(elsewhere)


async def test_a_stranger_is_led_to_sign_in(stranger: Visitor) -> None:
    answer = await stranger.get(PAGE)
    assert answer.header("location") == f"/flows/-/default/authentication/?next={PAGE}"
