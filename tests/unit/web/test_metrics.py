"""Who may read the metrics, and in which words they come."""

import pytest

from tests.unit.web.client import Answer, Header, Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import House

METRICS = "/-/metrics/"
TOKEN = "the-token-of-prometheus"
LOCAL = "127.0.0.1"


def here(house: House, **about: str) -> Visitor:
    return house.visitor(**{"address": LOCAL, **about})


async def ask(visitor: Visitor, *headers: Header, method: str = "GET") -> Answer:
    return await visitor.request(method, METRICS, headers=headers)


def refused(answer: Answer) -> bool:
    """In the one shape of errors, without a word of what was asked for."""
    assert answer.status == 403, answer
    assert set(answer.json) == {"detail", "request_id"}
    return "watchword_" not in answer.text


async def test_a_program_on_this_machine_may_read_them(house: House) -> None:
    for address in (LOCAL, "127.8.8.8", "::1", "::ffff:127.0.0.1"):
        for host in ("localhost", "LOCALHOST:9000", "127.0.0.1:9000", "[::1]:9000"):
            answer = await ask(here(house, address=address, host=host))
            assert (answer.status, answer.header("cache-control")) == (200, "no-store"), (address, host)
            database = house.services.database.dialect
            assert f'watchword_build_info{{database="{database}",version="' in answer.text
            assert answer.cookies == {}


async def test_nobody_else_may(house: House) -> None:
    for address in ("198.51.100.7", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "255.255.255.255", "", "x"):
        assert refused(await ask(house.visitor(address=address)))


async def test_not_even_an_administrator_with_his_session_or_a_visitor_who_claims_a_token(
    house: House, owner: Visitor, stranger: Visitor
) -> None:
    assert refused(await ask(owner))
    assert refused(await ask(stranger, ("authorization", "Bearer ")))
    assert refused(await ask(stranger, ("authorization", "Bearer None")))


FORWARDED = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "X-Forwarded-Host",
    "x-forwarded-proto",
    "x-forwarded-anything",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
]


@pytest.mark.parametrize("trusted", ["", "127.0.0.0/8"])
async def test_whatever_a_proxy_on_this_machine_passes_on_is_refused(opened: OpenHouse, trusted: str) -> None:
    async with opened(trusted_proxies=trusted) as house:
        for name in FORWARDED:
            assert refused(await ask(here(house), (name, "127.0.0.1")))
            assert refused(await ask(here(house), (name, "")))


async def test_a_page_whose_name_was_made_to_lead_here_is_refused(house: House) -> None:
    for host in ("sms.example.org", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", ""):
        assert refused(await ask(here(house, host=host)))


async def test_whoever_knows_the_token_may_read_them_from_anywhere(opened: OpenHouse) -> None:
    async with opened(metrics_token=TOKEN) as house:
        far = house.visitor()
        for scheme in ("Bearer", "bearer"):
            answer = await ask(far, ("authorization", f"{scheme} {TOKEN}"), ("x-forwarded-for", "203.0.113.9"))
            assert (answer.status, answer.header("cache-control")) == (200, "no-store")


WRONG = [
    "",
    "Bearer",
    f"Basic {TOKEN}",
    TOKEN,
    f"Bearer {TOKEN}x",
    f"Bearer {TOKEN[:-1]}",
    "Bearer ÿ",
    f"Bearer {TOKEN.upper()}",
]


async def test_without_the_right_token_nobody_may_not_even_this_machine(opened: OpenHouse) -> None:
    async with opened(metrics_token=TOKEN) as house:
        for visitor in (here(house), house.visitor()):
            assert refused(await ask(visitor))
            for given in WRONG:
                assert refused(await ask(visitor, ("authorization", given)))


async def test_a_token_is_not_taken_from_the_address(opened: OpenHouse) -> None:
    async with opened(metrics_token=TOKEN) as house:
        answer = await house.visitor().get(f"{METRICS}?token={TOKEN}&access_token={TOKEN}")
        assert refused(answer)


async def test_an_api_token_is_no_token_for_metrics(opened: OpenHouse) -> None:
    async with opened(metrics_token=TOKEN, bootstrap_token="an-api-token-of-akadmin") as house:
        assert refused(await ask(house.visitor(), ("authorization", "Bearer an-api-token-of-akadmin")))


PLAIN, OPEN = "text/plain; version=0.0.4; charset=utf-8", "application/openmetrics-text; version=1.0.0; charset=utf-8"


async def test_the_format_is_what_was_asked_for(house: House) -> None:
    for accept in ("", "*/*", "text/html", "text/plain;version=0.0.4", "application/openmetrics-text;version=x"):
        answer = await ask(here(house), ("accept", accept))
        assert answer.header("content-type") == PLAIN
        assert "# EOF" not in answer.text
    answer = await ask(here(house), ("accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"))
    assert answer.header("content-type").startswith(OPEN)
    assert answer.text.endswith("# EOF\n")


async def test_there_is_nothing_to_change(house: House) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert (await ask(here(house), method=method)).status == 405


async def test_visits_are_counted_as_they_happen(house: House) -> None:
    series = 'watchword_steps_total{access="show",outcome="asked",stage="identification"}'
    assert series not in (await ask(here(house))).text
    for _ in range(2):
        await house.visitor().see("default-authentication-flow")
    assert f"{series} 2.0" in (await ask(here(house))).text
