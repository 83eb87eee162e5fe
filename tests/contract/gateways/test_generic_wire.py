"""What the generic gateway says on the wire: authentik's four keys, to the address as it was given."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.gateways.carriers import CODE, FROM, NUMBER, failure, generic_settings, message
from tests.doubles.gateway import GatewayDouble, Received
from watchword import __version__
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.message import Message
from watchword.gateways.sender import Sender

LOOP: list[Any] = []
LOOP.append(LOOP)


async def sent(sender: Sender, double: GatewayDouble, settings: GenericSettings, what: Message) -> Received:
    await sender.send(settings, what)
    (request,) = double.requests
    return request


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def test_the_request_is_this_and_nothing_more(sender: Sender, double: GatewayDouble) -> None:
    settings = GenericSettings(url=f"{double.url}/send", auth="user", auth_password="password")
    request = await sent(sender, double, settings, message(text="Grüße: 042917"))
    body = f'{{"From":"{FROM}","To":"{NUMBER}","Body":"{CODE}","Message":"Grüße: 042917"}}'.encode()
    assert request.method == "POST"
    assert request.path == "/send"
    assert request.body == body
    assert request.raw.endswith(b"\r\n\r\n" + body)
    assert request.headers == {
        "host": double.url.removeprefix("http://"),
        "content-type": "application/json",
        "content-length": str(len(body)),
        "authorization": "Basic dXNlcjpwYXNzd29yZA==",
        "user-agent": f"Watchword/{__version__}",
        "accept": "*/*",
        "accept-encoding": request.headers["accept-encoding"],
    }


async def test_the_body_has_the_code_and_the_whole_message_apart(sender: Sender, double: GatewayDouble) -> None:
    request = await sent(sender, double, generic_settings(double.url), message(sender="", code="007", text="It is 007"))
    assert json.loads(request.body) == {"From": "", "To": NUMBER, "Body": "007", "Message": "It is 007"}


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/a/deep/path/",
        "/send?key=value&key=other&empty=",
        "/send?3f9a8b",
        "/send?to=%2B49&plus=a+b&slash=a/b&equals=a%3Db&and=a%26b&at=a@b",
        "/one%2Fsegment/a%20b;v=1/ü?q=ü",
        "/send?percent=100%25",
    ],
)
async def test_path_and_query_are_kept(sender: Sender, double: GatewayDouble, target: str) -> None:
    request = await sent(sender, double, GenericSettings(url=double.url + target), message())
    assert request.path == target.replace("ü", "%C3%BC")


async def test_an_address_without_a_path_is_its_root_and_a_fragment_stays_here(
    sender: Sender, double: GatewayDouble
) -> None:
    request = await sent(sender, double, GenericSettings(url=f"{double.url}#fragment"), message())
    assert request.path == "/"
    assert b"fragment" not in request.raw


@pytest.mark.parametrize(
    ("user", "password"),
    [("user", "password"), ("user", ""), ("user", "pass:word:"), ("Jürgen", "pässwörd € 👋"), ("a b", '"quoted" \\')],
)
async def test_basic_credentials_are_utf_8(sender: Sender, double: GatewayDouble, user: str, password: str) -> None:
    settings = generic_settings(double.url, auth=user, auth_password=password)
    request = await sent(sender, double, settings, message())
    assert request.headers["authorization"] == basic(user, password)


async def test_a_bearer_token_goes_alone(sender: Sender, double: GatewayDouble) -> None:
    settings = generic_settings(double.url, auth_type="bearer", auth="eyJ.abc-_~+/=", auth_password="unused")
    request = await sent(sender, double, settings, message())
    assert request.headers["authorization"] == "Bearer eyJ.abc-_~+/="
    assert b"unused" not in request.raw


@pytest.mark.parametrize("auth_type", ["basic", "bearer"])
async def test_without_a_user_or_token_there_is_no_authorization(
    sender: Sender, double: GatewayDouble, auth_type: str
) -> None:
    settings = generic_settings(double.url, auth="", auth_password="left over", auth_type=auth_type)
    request = await sent(sender, double, settings, message())
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    ("written", "user", "password"),
    [
        ("user:password", "user", "password"),
        ("us%40er:p%3Ass", "us@er", "p:ss"),
        ("J%C3%BCrgen:%E2%82%AC", "Jürgen", "€"),
        ("key", "key", ""),
    ],
)
async def test_credentials_in_the_address_are_utf_8_too_and_leave_it(
    sender: Sender, double: GatewayDouble, written: str, user: str, password: str
) -> None:
    url = double.url.replace("http://", f"http://{written}@")
    request = await sent(sender, double, GenericSettings(url=f"{url}/send?a@b"), message())
    assert request.headers["authorization"] == basic(user, password)
    assert request.headers["host"] == double.url.removeprefix("http://")
    assert request.path == "/send?a@b"


async def test_credentials_of_their_own_win_over_those_in_the_address(sender: Sender, double: GatewayDouble) -> None:
    settings = generic_settings(double.url.replace("http://", "http://old:gone@"), auth_type="bearer", auth="new")
    request = await sent(sender, double, settings, message())
    assert request.headers["authorization"] == "Bearer new"


@pytest.mark.parametrize("end", ["\r\nX-Injected: 1", "\nX-Injected: 1", "\r", "\x00"])
async def test_a_token_never_adds_a_header(sender: Sender, double: GatewayDouble, end: str) -> None:
    error = await failure(sender, generic_settings(double.url, auth=f"token{end}", auth_type="bearer"))
    assert (error.category, error.permanent) == ("configuration", True)
    assert "token" not in error.detail
    assert double.requests == []


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"recipients": [{"msisdn": 4915123456713}], "text": "042917 ü 👋", "flash": False, "ttl": None, "rate": 0.5},
        {"From": "replaced"},
    ],
)
async def test_what_a_mapping_made_is_the_whole_body(
    sender: Sender, double: GatewayDouble, payload: dict[str, Any]
) -> None:
    request = await sent(sender, double, generic_settings(double.url), message(payload=payload))
    assert json.loads(request.body) == payload
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize("value", [object(), "\ud83d", LOOP], ids=["an object", "half a pair", "itself"])
async def test_what_is_no_json_is_the_mappings_fault_and_is_not_sent(
    sender: Sender, double: GatewayDouble, value: object
) -> None:
    error = await failure(sender, generic_settings(double.url), message(payload={"text": value}))
    assert (error.category, error.permanent) == ("mapping", True)
    assert double.requests == []


async def test_a_gateway_cannot_set_cookies(sender: Sender, double: GatewayDouble) -> None:
    double.behave("status", 200, b"", "Set-Cookie: session=kept; Path=/")
    for _ in range(2):
        await sender.send(generic_settings(double.url), message())
    assert len(double.requests) == 2
    assert all("cookie" not in request.headers for request in double.requests)


async def test_the_environment_cannot_send_messages_through_a_proxy(
    sender: Sender, double: GatewayDouble, elsewhere: GatewayDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, elsewhere.url)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    await sent(sender, double, generic_settings(double.url), message())


async def test_the_environment_cannot_add_credentials(
    sender: Sender, double: GatewayDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    request = await sent(sender, double, generic_settings(double.url, auth=""), message())
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://127.0.0.1/send", "file:///etc/passwd", "http://", "http://[::1"]
)
async def test_an_address_that_is_none_is_the_configurations_fault(sender: Sender, url: str) -> None:
    error = await failure(sender, GenericSettings(url=url))
    assert (error.category, error.permanent) == ("configuration", True)
