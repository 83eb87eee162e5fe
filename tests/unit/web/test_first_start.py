"""The start link over HTTP: good once, for whoever holds it, while nobody administers."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.client import CSRF, SESSION, Answer, Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from tests.unit.web.test_devices import user
from watchword.administration.first_administrator import hashed_link, offer_link
from watchword.administration.superusers import make_administrator
from watchword.logs import configure
from watchword.passwords import verify_password
from watchword.storage.events import list_events
from watchword.storage.users import find_user
from watchword.web.pages.first_start import WRONG
from watchword.web.pages.nobody_yet import NOBODY_YET

TOKEN, OTHER_TOKEN = "t" * 43, "u" * 43
LINK, OTHER_LINK = f"/if/start/{TOKEN}/", f"/if/start/{OTHER_TOKEN}/"
PASSWORD = "chosen by the first one"
SIGN_IN = "/if/flow/default-authentication-flow/"
GUIDE = "/if/admin/start/"


async def offer(house: House, token: str = TOKEN) -> None:
    services = house.services
    await services.database.run(offer_link, hashed_link(services.keyring, token), services.clock())


@pytest.fixture
async def stranger(house: House) -> Visitor:
    await offer(house)
    return house.visitor()


async def choose(visitor: Visitor, link: str = LINK, **changes: str) -> Answer:
    return await fill(visitor, link, **{"password": PASSWORD, "again": PASSWORD, **changes})


async def count(house: House, table: str = "users") -> int:
    [row] = await house.rows(f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - our own tables
    return int(row["n"])


async def test_whoever_opens_it_becomes_the_administrator_and_is_signed_in(house: House, stranger: Visitor) -> None:
    page = await stranger.get(LINK)
    assert filled(page)["username"] == ["akadmin"]
    before = dict(stranger.cookies)
    done = await choose(stranger)
    assert (done.status, done.header("location")) == (303, GUIDE)
    assert stranger.cookies[SESSION] != before[SESSION]
    assert stranger.cookies[CSRF] != before[CSRF]
    assert (await stranger.with_cookies(**before).get("/if/admin/")).status == 303
    assert (await stranger.get("/if/admin/")).status == 200
    made = await user(house, OWNER._replace(username="akadmin"))
    assert verify_password(made.password_hash, PASSWORD)
    actions = [event.action for event in await house.services.database.read(list_events, user_id=made.id)]
    assert actions == ["login", "administrator_created"]
    # He has just given his password: what is dangerous does not ask for it again.
    assert (await stranger.get("/if/user/devices/sms/1/")).status == 404


async def test_another_name_can_be_chosen(house: House, stranger: Visitor) -> None:
    assert (await choose(stranger, username="  Grace ")).status == 303
    assert await house.services.database.read(find_user, username="Grace")
    assert await house.services.database.read(find_user, username="akadmin") is None


async def test_it_counts_once(house: House, stranger: Visitor) -> None:
    rival = house.visitor()
    page = await rival.get(LINK)
    await choose(stranger)
    for late in (await send(rival, LINK, filled(page)), await rival.get(LINK), await rival.get(OTHER_LINK)):
        assert late.status == 403
        assert "has an administrator already" in late.text
    again = await stranger.get(LINK)
    assert (again.status, again.header("location")) == (303, GUIDE)


async def test_of_two_at_once_one_is_made(house: House, stranger: Visitor) -> None:
    visitors = [house.visitor() for _ in range(4)]
    forms = [filled(await visitor.get(LINK)) for visitor in visitors]
    before = await count(house)
    sent = [
        send(visitor, LINK, {**form, "username": [f"ada{number}"], "password": [PASSWORD], "again": [PASSWORD]})
        for number, (visitor, form) in enumerate(zip(visitors, forms, strict=True))
    ]
    ends = await asyncio.gather(*sent)
    assert Counter(end.status for end in ends) == {303: 1, 403: 3}
    assert await count(house) == before + 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": ""}, "This field may not be blank."),
        ({"username": " "}, "This field may not be blank."),
        ({"username": "x" * 151}, "no more than 150 characters"),
        ({"username": "a\x00b"}, "Null characters"),
        ({"username": "a\u202eb"}, "invisible characters"),
        ({"username": OWNER.username.upper()}, "Username is already taken."),
        ({"password": "", "again": ""}, "This field may not be blank."),
        ({"password": "seven77", "again": "seven77"}, "at least 8 characters"),
        ({"password": "x" * 1001, "again": "x" * 1001}, "no more than 1000 characters"),
        ({"again": PASSWORD.upper()}, "The two passwords differ."),
        ({"again": ""}, "The two passwords differ."),
    ],
)
async def test_what_is_wrong_is_said_and_the_link_still_counts(
    house: House, stranger: Visitor, changes: dict[str, str], said: str
) -> None:
    refused = await choose(stranger, **changes)
    assert refused.status == 400
    [problem] = [node for node in parse(refused.text) if node.attrs.get("class") == "error"]
    assert said in problem.text
    assert PASSWORD not in refused.text
    assert filled(refused)["password"] == [""]
    assert filled(refused)["username"] == [changes.get("username", "akadmin").replace("\x00", "")]
    assert (await choose(stranger)).status == 303


@pytest.mark.parametrize("link", [OTHER_LINK, "/if/start/x/", f"/if/start/{'9' * 300}/", "/if/start/%00/",
                                  "/if/start/%f0%9f%99%82/", "/if/start/%ff/", f"/if/start/{TOKEN}x/"])  # fmt: skip
async def test_another_link_gets_a_sentence_and_the_way_on(house: House, stranger: Visitor, link: str) -> None:
    for answer in (await stranger.get(link), await stranger.submit(link, password=PASSWORD, again=PASSWORD)):
        assert answer.status == 404
        assert "This link does not count." in answer.text
        assert "watchword user create --superuser" in answer.text
    assert not stranger.cookies
    assert await house.services.database.read(find_user, username="akadmin") is None


async def test_it_ends_after_a_day(house: House, stranger: Visitor) -> None:
    form = filled(await stranger.get(LINK))
    house.clock.pass_by(hours=23, minutes=59)
    assert (await stranger.get(LINK)).status == 200
    house.clock.pass_by(minutes=1)
    for answer in (await stranger.get(LINK), await send(stranger, LINK, form)):
        assert answer.status == 404


async def test_a_start_makes_another_one(house: House, stranger: Visitor) -> None:
    await offer(house, OTHER_TOKEN)
    assert (await stranger.get(LINK)).status == 404
    assert (await choose(stranger, OTHER_LINK)).status == 303


async def test_wrong_links_are_throttled_by_network(house: House, stranger: Visitor) -> None:
    for _ in range(WRONG.count):
        assert (await stranger.get(OTHER_LINK)).status == 404
    refused = await stranger.get(OTHER_LINK)
    assert refused.status == 429
    assert int(refused.header("retry-after")) == WRONG.seconds
    assert (await stranger.get(LINK)).status == 429
    assert (await house.visitor(address="203.0.113.9").get(LINK)).status == 200
    house.clock.pass_by(seconds=WRONG.seconds)
    for _ in range(WRONG.count + 5):
        assert (await stranger.get(LINK)).status == 200


async def test_a_form_without_its_token_makes_nobody(house: House, stranger: Visitor) -> None:
    for changes in ({"_csrf": "wrong"}, {"_csrf": ""}):
        assert (await choose(stranger, **changes)).status == 403
    form = filled(await stranger.get(LINK))
    fetched = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")]
    body = "&".join(f"{name}={values[-1]}" for name, values in form.items()).encode()
    assert (await stranger.request("POST", LINK, body, fetched)).status == 403
    assert await house.services.database.read(find_user, username="akadmin") is None


async def test_the_address_goes_nowhere(house: House, stranger: Visitor) -> None:
    for answer in (await stranger.get(LINK), await stranger.get(OTHER_LINK), await choose(stranger)):
        assert answer.header("referrer-policy") == "no-referrer"
        assert answer.header("cache-control") == "no-store"
    assert (await stranger.get("/if/admin/")).header("referrer-policy") == "same-origin"
    stored = await house.rows("SELECT value FROM fact WHERE key = 'start_link'")
    assert stored == []
    assert TOKEN not in str(await house.rows("SELECT * FROM event"))


async def test_only_a_keyed_hash_is_kept(house: House, stranger: Visitor) -> None:
    [stored] = await house.rows("SELECT value FROM fact WHERE key = 'start_link'")
    assert TOKEN not in stored["value"]
    assert stored["value"].startswith(hashed_link(house.services.keyring, TOKEN))


async def test_somebody_who_is_signed_in_may_open_it_and_is_then_the_administrator(house: House) -> None:
    await offer(house)
    owner = await house.signed_in(OWNER)
    assert (await owner.get("/if/admin/")).status == 403
    assert (await choose(owner)).status == 303
    assert (await owner.get("/if/admin/")).status == 200
    other = await house.signed_in(OTHER)
    assert (await other.get(LINK)).status == 403
    assert (await other.get("/if/admin/")).status == 403


async def told(visitor: Visitor, path: str = SIGN_IN) -> bool:
    return NOBODY_YET in (await visitor.get(path)).text


async def test_the_sign_in_says_where_to_look_until_somebody_administers(house: House, stranger: Visitor) -> None:
    door = await stranger.get("/")
    assert (await stranger.get(door.header("location"))).header("location") == SIGN_IN
    assert await told(stranger)
    assert not await told(stranger, "/if/flow/default-sms-enrollment/")
    owner = await house.signed_in(OWNER)
    assert not await told(owner, "/if/user/")
    await house.services.database.run(make_administrator, await user(house, OTHER))
    assert not await told(stranger)


async def test_behind_a_proxy_the_visitor_counts_not_the_proxy(opened: OpenHouse) -> None:
    async with opened(trusted_proxies="198.51.100.7") as house:
        await offer(house)
        visitor: Any = house.visitor()
        for _ in range(WRONG.count + 1):
            last = await visitor.get(OTHER_LINK, x_forwarded_for="203.0.113.1")
        assert last.status == 429
        assert (await visitor.get(LINK, x_forwarded_for="203.0.113.2")).status == 200


async def test_it_stands_in_no_line_of_the_log(
    house: House, stranger: Visitor, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"nobody expected {LINK}")

    configure("debug", json=True)
    await stranger.get(LINK)
    monkeypatch.setattr("watchword.web.pages.first_start.hash_in_thread", broken)
    assert (await choose(stranger)).status == 500
    logged = capsys.readouterr().err
    assert '"path": "/if/start/***' in logged
    assert "RuntimeError: nobody expected /if/start/***" in logged
    assert TOKEN not in logged
