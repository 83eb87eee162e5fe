"""A client of the real application, without a server: one ASGI call a request, so that any bytes can be sent."""

import asyncio
import http.cookies
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from litestar import Litestar

from tests.people import Person

SIGN_IN = "default-authentication-flow"
SESSION, CSRF = "authentik_session", "authentik_csrf"
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}

Header = tuple[str, str]


class CutOff(list[bytes]):
    """The parts of a body whose sender goes away before its end."""


class Answer(NamedTuple):
    status: int
    headers: list[Header]
    """Names in lower case, in the order they were sent."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    def every(self, name: str) -> list[str]:
        return [value for header, value in self.headers if header == name]

    def header(self, name: str) -> str:
        """Its only value, or "" where it is not there."""
        values = self.every(name)
        assert len(values) <= 1, f"{name} is sent {len(values)} times."
        return values[0] if values else ""

    @property
    def cookies(self) -> dict[str, http.cookies.Morsel[str]]:
        found: dict[str, http.cookies.Morsel[str]] = {}
        for value in self.every("set-cookie"):
            found |= http.cookies.SimpleCookie(value)
        return found


def step_of(page: Answer) -> str:
    found = re.search(r'name="_step" value="([^"]+)"', page.text)
    assert found, page
    return found[1]


def executor(slug: str, page_query: str = "") -> str:
    return f"/api/v3/flows/executor/{slug}/?query={quote(page_query, safe='')}"


@dataclass
class Visitor:
    """Somebody with a browser of his own: keeps cookies, follows no redirect."""

    app: Litestar
    address: str = "198.51.100.7"
    scheme: str = "http"
    host: str = "localhost"
    cookies: dict[str, str] = field(default_factory=dict)

    async def request(
        self, method: str, target: str, body: bytes | Iterable[bytes] = b"", headers: Iterable[Header] = ()
    ) -> Answer:
        """`target` and header values go out as they stand; of a body that is `CutOff` the end never comes."""
        raw_path, _, query = target.partition("?")
        sent = [("host", self.host), *headers]
        if self.cookies and not any(name == "cookie" for name, _ in sent):
            sent.append(("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme,
            "path": unquote(raw_path, errors="replace"),
            "raw_path": raw_path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent],
            "client": (self.address, 40_000) if self.address else None,
            "server": ("127.0.0.1", 9000),
            "state": {},
            "extensions": {},
        }
        answer = await _call(
            self.app, scope, [body] if isinstance(body, bytes) else list(body), isinstance(body, CutOff)
        )
        for name, cookie in answer.cookies.items():
            self.cookies[name] = cookie.value
        return answer

    async def get(self, target: str, **headers: str) -> Answer:
        return await self.request("GET", target, headers=_named(headers))

    def with_cookies(self, **cookies: str) -> "Visitor":
        """Another browser at the same place, with these cookies and no others."""
        return replace(self, cookies=cookies)

    async def see(self, slug: str, page_query: str = "") -> Any:
        """The present challenge."""
        answer = await self.get(executor(slug, page_query))
        assert answer.status == 200, answer
        return answer.json

    async def post(self, slug: str, body: bytes | Iterable[bytes], **headers: str) -> Answer:
        """Bytes to the executor, as JSON and with the token, unless `headers` say otherwise; "" leaves one out."""
        sent = {**JSON, "x-authentik-csrf": self.cookies.get(CSRF, ""), **dict(_named(headers))}
        return await self.request(
            "POST", executor(slug), body, [(name, value) for name, value in sent.items() if value]
        )

    async def answer(self, slug: str, **values: Any) -> Any:
        """The challenge that follows an answer."""
        answer = await self.post(slug, json.dumps(values).encode())
        assert answer.status == 200, answer
        return answer.json

    async def submit(self, target: str, **fields: str) -> Answer:
        """A page's form, with the token of the cookie unless `fields` name another."""
        filled = {"_csrf": self.cookies.get(CSRF, ""), **fields}
        body = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in filled.items())
        return await self.request("POST", target, body.encode(), FORM.items())

    async def fill_in(self, page: str, **fields: str) -> Answer:
        """As a browser does it: the page is read, and its form sent."""
        return await self.submit(page, _step=step_of(await self.get(page)), **fields)

    async def sign_in(self, person: Person) -> "Visitor":
        await self.see(SIGN_IN)
        await self.answer(SIGN_IN, uid_field=person.username)
        end = await self.answer(SIGN_IN, password=person.password)
        assert end["component"] == "xak-flow-redirect", end
        return self


def _named(headers: dict[str, str]) -> list[Header]:
    return [(name.replace("_", "-"), value) for name, value in headers.items()]


async def _call(app: Litestar, scope: dict[str, Any], parts: list[bytes], cut_off: bool) -> Answer:
    waiting = list(parts)
    sent: list[dict[str, Any]] = []
    answered = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not waiting and not cut_off:
            await answered.wait()  # whoever waits for the answer's last line is not gone
        if not waiting:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": waiting.pop(0), "more_body": cut_off or bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()

    await app(scope, receive, send)  # type: ignore[arg-type] # plain dicts in place of ASGI's typed ones
    start, *rest = sent
    headers = [(name.decode().lower(), value.decode("latin-1")) for name, value in start["headers"]]
    return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in rest))
