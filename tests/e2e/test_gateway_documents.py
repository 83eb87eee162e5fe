"""The pages about gateways are followed to the letter: what they have saved is saved, what they have typed is typed."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN, api_server
from tests.e2e.json_client import JsonClient
from tests.e2e.server import ServerProcess, free_port
from tests.manual import blocks
from tests.people import OTHER, STRANGER

TYPED, E164 = "+49 1512 3456713", "+4915123456713"
SECOND = "+33612345679"
"""As the pages have it."""

GENERIC, TWILIO = "generic-gateway.md", "twilio.md"
FLOWS = {GENERIC: "enrol-by-http", TWILIO: "enrol-by-twilio"}
STAGES = {GENERIC: "sms-by-http", TWILIO: "sms-by-twilio"}
RECEIVER_PORT = "8025"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator["Reader"]:
    """Somebody with a folder and a server of his own, who reads both pages."""
    folder = tmp_path_factory.mktemp("reader")
    server = api_server(folder, shared_double, WATCHWORD_PUBLIC_URL="http://sms.example.org").start()
    yield Reader(server, folder)
    assert server.stop() == 0, server.output()


class Reader:
    def __init__(self, server: ServerProcess, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self._people = 0

    def environment(self, **more: str) -> dict[str, str]:
        """The commands of this installation, and the data directory "as the server has it"."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {**self.server.environment, "PATH": path, "WATCHWORD_DATA_DIR": str(self.server.data_dir), **more}

    def types(self, commands: str, **more: str) -> None:
        done = subprocess.run(  # noqa: S603 - what our own documents say
            ["bash", "-euc", commands],  # noqa: S607 - wherever it is
            cwd=self.folder,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def applies(self, page: str, name: str, place: int = 0, *, at: str = "", **more: str) -> None:
        """The page's blueprint, by the page's command. `at` is what the example's address is here."""
        text = blocks("yaml", page=page)[place].text
        (self.folder / name).write_text(text.replace("https://gateway.example.org", at) if at else text)
        [command] = [block.text for block in blocks("sh", page=page) if "blueprint apply" in block.text]
        self.types(command, **more)

    def sees(self, page: str, **values: object) -> None:
        """Waits until the server has followed: its stage has these values."""
        deadline = time.monotonic() + 20
        while not all((found := self.stage(page)).get(key) == value for key, value in values.items()):
            assert time.monotonic() < deadline, found
            time.sleep(0.1)

    def mapping(self) -> str:
        """The one that there is, once the server has followed."""
        deadline = time.monotonic() + 20
        while not (found := self.call("GET", "/propertymappings/notification/")["results"]):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return str(found[0]["pk"])

    def stage(self, page: str) -> dict[str, Any]:
        answer = self.call("GET", f"/stages/authenticator/sms/?name={STAGES[page]}")
        return dict(answer["results"][0]) if answer["results"] else {}

    def call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        answer = JsonClient(self.server.url).request(method, f"/api/v3{path}", data, headers)
        assert answer.status < 300, answer.body
        return answer.json if answer.body else None

    def sends_somebody(self, page: str) -> JsonClient:
        """Who has no phone yet, signed in."""
        self._people += 1
        name, password = f"visitor{self._people}", "a visitor's long password"
        made = self.call("POST", "/core/users/", {"username": name, "name": name})
        self.call("POST", f"/core/users/{made['pk']}/set_password/", {"password": password})
        client = JsonClient(self.server.url).sign_in(name, password)
        assert client.flow(FLOWS[page])["phone_number_required"] is True
        return client


@contextmanager
def receiver(reader: Reader, port: int) -> Iterator["subprocess.Popen[str]"]:
    """The page's program, started by the page's command."""
    [program], [command, _] = blocks("py", page=GENERIC), blocks("sh", page=GENERIC)
    (reader.folder / "receiver.py").write_text(program.text.replace(RECEIVER_PORT, str(port)))
    process = subprocess.Popen(  # noqa: S603 - what our own documents say
        ["bash", "-euc", command.text.replace("python3", "exec python3")],  # noqa: S607 - wherever it is
        cwd=reader.folder,
        env=reader.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        deadline = time.monotonic() + 10
        while status_of(port, "") is None:
            assert time.monotonic() < deadline
        yield process
    finally:
        process.kill()
        process.communicate()


def status_of(port: int, token: str) -> int | None:
    """What it answers to the question that "Check credentials" asks; None while it does not listen."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/send", headers=headers, method="OPTIONS")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return None


def printed(process: "subprocess.Popen[str]", lines: int) -> str:
    assert process.stdout
    return "".join(process.stdout.readline() for _ in range(lines))


def code_in(text: str) -> str:
    [code] = set(re.findall(r"\b[0-9]{6}\b", text))
    return str(code)


def with_code(shown: str, code: str) -> str:
    """What the page shows, with today's code in it."""
    return shown.replace("042917", code)


def enrols(client: JsonClient, page: str, code: str) -> None:
    assert client.answer(FLOWS[page], code=code) == {"component": "xak-flow-redirect", "to": "/"}


def types_number(client: JsonClient, page: str, number: str = TYPED) -> bool:
    """Whether the code is asked for next; where not, the visitor stays at the number, and may try again."""
    answer = client.answer(FLOWS[page], phone_number=number)
    if not answer["phone_number_required"]:
        return True
    assert answer["response_errors"]["non_field_errors"][0]["code"] == "send_failed"
    return False


def test_the_receiver_in_twenty_lines_carries_a_code(reader: Reader) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/send"
    with receiver(reader, port) as process:
        reader.applies(GENERIC, "gateway.yaml", GATEWAY_URL=address)
        reader.sees(GENERIC, account_sid=address)
        somebody = reader.sends_somebody(GENERIC)
        assert types_number(somebody, GENERIC)
        [shown] = blocks("text", page=GENERIC)
        said = printed(process, 3)
        code = code_in(said.replace(E164, ""))
        assert said == with_code(shown.text, code)
        enrols(somebody, GENERIC, code)
        assert status_of(port, "a-long-random-token") == 204
        assert status_of(port, "another token") == 401
    other = reader.sends_somebody(GENERIC)
    assert not types_number(other, GENERIC, OTHER.number), "The receiver is stopped."
    with receiver(reader, port) as process:
        assert types_number(other, GENERIC, OTHER.number)
        enrols(other, GENERIC, code_in(printed(process, 3).replace(OTHER.number, "")))


def test_the_receiver_has_twenty_lines() -> None:
    [program] = blocks("py", page=GENERIC)
    assert len([line for line in program.text.splitlines() if line.strip()]) <= 20


def test_the_endpoint_receives_what_the_page_shows(reader: Reader, double: GatewayDouble) -> None:
    """Not `TYPED`, which the test before has enrolled; and to each number once, for a second message waits."""
    default, mapped = (json.loads(block.text) for block in blocks("json", page=GENERIC))
    address = f"{double.url}/send"
    reader.applies(GENERIC, "gateway.yaml", GATEWAY_URL=address)
    reader.sees(GENERIC, account_sid=address, mapping=None)
    assert types_number(reader.sends_somebody(GENERIC), GENERIC, STRANGER.number)
    received = double.requests[-1]
    body = json.loads(received.body)
    assert list(body) == list(default)
    assert body == as_shown(default, body["Body"], STRANGER.number)
    assert received.headers["authorization"] == "Bearer a-long-random-token"
    assert received.headers["content-type"] == "application/json"
    reader.applies(GENERIC, "gateway.yaml", 1, at=double.url)
    reader.sees(GENERIC, mapping=reader.mapping())
    assert types_number(reader.sends_somebody(GENERIC), GENERIC, SECOND)
    body = json.loads(double.requests[-1].body)
    assert body == as_shown(mapped, body["body"].rpartition(" ")[2], SECOND)


def as_shown(example: dict[str, str], code: str, number: str) -> dict[str, str]:
    return {key: with_code(value, code).replace(E164, number) for key, value in example.items()}


def test_twilio_step_by_step(reader: Reader, double: GatewayDouble) -> None:
    reader.applies(TWILIO, "twilio.yaml", TWILIO_ADDRESS=double.url)
    reader.sees(TWILIO, gateway_url=double.url)
    somebody = reader.sends_somebody(TWILIO)
    assert types_number(somebody, TWILIO)
    received = double.requests[-1]
    form = dict(parse_qsl(received.body.decode()))
    code = code_in(form["Body"])
    [shown] = blocks("text", page=TWILIO)
    head, _, fields = shown.text.strip().partition("\n\n")
    assert head.splitlines() == [
        f"{received.method} {received.path}",
        f"Content-Type: {received.headers['content-type']}",
    ]
    example = dict(line.split("=", 1) for line in with_code(fields, code).splitlines())
    assert form == example | {"Body": f"{example['Body']}\n\n@sms.example.org #{code}"}
    enrols(somebody, TWILIO, code)


def test_a_messaging_service_takes_the_place_of_the_number(reader: Reader, double: GatewayDouble) -> None:
    service = "MG" + "0123456789abcdef" * 2
    reader.applies(TWILIO, "twilio.yaml", TWILIO_ADDRESS=double.url)
    stage = reader.stage(TWILIO)
    reader.call("PATCH", f"/stages/authenticator/sms/{stage['pk']}/", {"from_number": service})
    assert types_number(reader.sends_somebody(TWILIO), TWILIO, OTHER.number)
    form = dict(parse_qsl(double.requests[-1].body.decode()))
    assert form.keys() == {"To", "MessagingServiceSid", "Body", "ValidityPeriod"}
    assert form["MessagingServiceSid"] == service
