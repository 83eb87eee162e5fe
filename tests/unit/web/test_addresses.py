"""Where a visitor comes from and what he calls this server: believed only as far as the settings allow."""

import json
from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.client import SESSION, SIGN_IN, Header, executor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import House

DIRECT = "sms-enrollment-direct"
EVIL = "evil.example"
PROXY, VISITOR, LIAR = "10.0.0.1", "203.0.113.9", "192.0.2.66"


async def address_of(house: House, peer: str, *headers: Header) -> Any:
    visitor = house.visitor(address=peer)
    await visitor.request("GET", executor(SIGN_IN), headers=headers)
    return (await house.rows("SELECT address FROM session ORDER BY id"))[-1]["address"]


CHAINS = [
    (PROXY, [], PROXY),
    (PROXY, [VISITOR], VISITOR),
    (PROXY, [f"{LIAR}, {VISITOR}"], VISITOR),
    (PROXY, [LIAR, VISITOR], VISITOR),
    (PROXY, [f"{LIAR}, {VISITOR}, 10.0.0.2"], VISITOR),
    (PROXY, [f"{LIAR}, {VISITOR}", "10.0.0.2"], VISITOR),
    (PROXY, [f"{LIAR},,  ,{VISITOR} ,"], VISITOR),
    (PROXY, ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
    (PROXY, [f"{VISITOR}:51000"], VISITOR),
    (PROXY, [f"{LIAR}, unknown"], PROXY),
    (PROXY, [f"{LIAR}, <script>"], PROXY),
    (PROXY, [f"{LIAR}, _hidden, 10.0.0.2"], "10.0.0.2"),
    (PROXY, ["2001:db8::9"], "2001:db8::9"),
    (PROXY, ["[2001:DB8:0::9]:51000"], "2001:db8::9"),
    (PROXY, [f"::ffff:{VISITOR}"], VISITOR),
    (f"::ffff:{PROXY}", [VISITOR], VISITOR),
    ("fd00::1", ["2001:db8::9"], "2001:db8::9"),
    (VISITOR, [LIAR], VISITOR),
    (VISITOR, [PROXY], VISITOR),
    ("2001:db8::9", [LIAR], "2001:db8::9"),
    ("", [LIAR], ""),
]


async def test_the_address_is_what_our_own_proxies_say(opened: OpenHouse) -> None:
    async with opened(trusted_proxies="10.0.0.0/8, fd00::/8") as house:
        for peer, forwarded, address in CHAINS:
            headers = [("x-forwarded-for", value) for value in forwarded]
            assert await address_of(house, peer, *headers) == address, (peer, forwarded)


async def test_nobody_is_a_proxy_unless_the_settings_say_so(house: House) -> None:
    sent = [("x-forwarded-for", LIAR), ("x-real-ip", LIAR), ("forwarded", f"for={LIAR}"), ("client-ip", LIAR)]
    assert await address_of(house, "127.0.0.1", *sent) == "127.0.0.1"


async def test_a_limit_cannot_be_walked_around_with_a_made_up_address(opened: OpenHouse) -> None:
    async with opened(trusted_proxies=PROXY) as house:
        said = []
        for number in range(12):
            visitor = house.visitor(address=PROXY)
            chain = [("x-forwarded-for", f"192.0.2.{number}"), ("x-forwarded-for", VISITOR)]
            await visitor.request("GET", executor(SIGN_IN), headers=chain)
            await visitor.answer(SIGN_IN, uid_field=OWNER.username)
            headers = [("content-type", "application/json"), *chain]
            answer = await visitor.request("POST", executor(SIGN_IN), b'{"password": "a wrong one"}', headers)
            said.append(answer.json["response_errors"]["password"][0]["code"])
        assert said == ["invalid"] * 10 + ["throttled"] * 2


HOSTS = [
    EVIL,
    f"{EVIL}:80",
    f"localhost.{EVIL}",
    f"127.0.0.1.{EVIL}",
    f"user@{EVIL}",
    f"{EVIL}/x",
    f"[{EVIL}]",
    "",
    "[",
]


@pytest.mark.parametrize("host", HOSTS)
async def test_a_made_up_host_is_named_nowhere(house: House, host: str) -> None:
    visitor = house.visitor()
    visitor.cookies = (await house.signed_in(OWNER)).cookies
    visitor.host = host
    targets = ["/", f"/if/flow/{DIRECT}/", "/if/user/", "/nowhere", executor(DIRECT), executor("one-page")]
    for target in [*targets, "/flows/-/cancel/", "/flows/-/default/authentication/?next=/if/user/"]:
        answer = await visitor.request(
            "GET", target, headers=[("x-forwarded-host", EVIL), ("forwarded", f"host={EVIL}")]
        )
        assert answer.status < 500
        assert EVIL not in str(answer)
    answer = await visitor.post(DIRECT, json.dumps({"phone_number": OWNER.number}).encode())
    if answer.status == 200:
        assert house.services.sender.inbox()[-1].text.endswith(f"@localhost #{house.code_for(OWNER)}")
    else:
        assert (answer.status, house.services.sender.inbox()) == (400, [])


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1:9000", "127.0.0.1"),
        ("[::1]:9000", "::1"),
        ("LOCALHOST:9000", "localhost"),
        ("a.localhost", "a.localhost"),
    ],
)
async def test_without_a_public_url_only_this_machines_names_are_used(house: House, host: str, name: str) -> None:
    visitor = await house.signed_in(OTHER, host=host)
    await visitor.answer(DIRECT, phone_number=OTHER.number)
    assert f"Your code for {name} is" in house.services.sender.inbox()[-1].text


@pytest.mark.parametrize("host", [EVIL, "127.0.0.1", ""])
async def test_with_a_public_url_its_host_is_the_name(opened: OpenHouse, host: str) -> None:
    async with opened(public_url="https://sms.example.org:8443") as house:
        visitor = await house.signed_in(OTHER, host=host)
        await visitor.answer(DIRECT, phone_number=OTHER.number)
        text = house.services.sender.inbox()[-1].text
        assert text.startswith("Your code for sms.example.org is ")
        assert text.endswith(f"@sms.example.org #{house.code_for(OTHER)}")
        assert (await house.visitor(host=host).see("one-page"))["flow_info"]["title"] == "Sign in to sms.example.org"


async def test_the_address_stands_in_the_audit_trail(opened: OpenHouse) -> None:
    async with opened(trusted_proxies=PROXY) as house:
        visitor = house.visitor(address=PROXY)
        chain = [("x-forwarded-for", VISITOR), ("content-type", "application/json")]
        await visitor.answer(SIGN_IN, uid_field=OWNER.username)
        body = json.dumps({"password": OWNER.password}).encode()
        await visitor.request("POST", executor(SIGN_IN), body, chain)
        assert visitor.cookies[SESSION]
        assert await house.rows("SELECT username, client_ip FROM event WHERE action = 'login'") == [
            {"username": OWNER.username, "client_ip": VISITOR}
        ]
