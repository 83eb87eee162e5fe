"""A JSON client of the flow executor, as somebody would write one: cookies, CSRF header, nothing else."""

import http.cookiejar
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, NamedTuple


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class JsonClient:
    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _NoRedirect)

    def cookie(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self.jar if cookie.name == name), "")

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        sent = {"X-authentik-CSRF": self.cookie("authentik_csrf"), **(headers or {})}
        request = urllib.request.Request(self.url + path, body, sent, method=method)  # noqa: S310 - loopback
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    def flow(self, slug: str, query: str = "") -> Any:
        """GET of the executor: the present challenge."""
        answer = self.request("GET", f"/api/v3/flows/executor/{slug}/?query={urllib.parse.quote(query, safe='')}")
        return answer.json

    def post(self, slug: str, **values: Any) -> Answer:
        return self.request(
            "POST",
            f"/api/v3/flows/executor/{slug}/?query=",
            json.dumps(values).encode(),
            {"Content-Type": "application/json"},
        )

    def answer(self, slug: str, **values: Any) -> Any:
        """POST to the executor, which must be 200: the next challenge."""
        answer = self.post(slug, **values)
        assert answer.status == 200, (answer.status, answer.body[:500])
        return answer.json

    def sign_in(self, username: str, password: str, slug: str = "default-authentication-flow") -> "JsonClient":
        self.flow(slug)
        self.answer(slug, uid_field=username)
        end = self.answer(slug, password=password)
        assert end["component"] == "xak-flow-redirect", end
        return self
