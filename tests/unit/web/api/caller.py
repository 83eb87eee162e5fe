"""Somebody who calls the API with a token, and holds every answer against the OpenAPI document."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from tests.unit.web.client import Answer
from tests.unit.web.house import House
from watchword.web.api.openapi import document
from watchword.web.api.operation import Operation
from watchword.web.api.schema import ALL

ROOT = "/api/v3"


class ApiCaller:
    def __init__(self, house: House, name: str | None) -> None:
        self.house = house
        self.key = f"key of {name}" if name else ""

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Any method and body; the answer is checked against what is documented of its status."""
        sent = [(name.replace("_", "-"), value) for name, value in headers.items()]
        if self.key and "authorization" not in headers:
            sent.append(("authorization", f"Bearer {self.key}"))
        raw = b""
        if body is not None:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            if "content_type" not in headers:
                sent.append(("content-type", "application/json"))
        answer = await self.house.visitor().request(method, ROOT + path, raw, sent)
        check_documented(method, path, answer)
        return answer

    async def get(self, path: str, status: int = 200, **headers: str) -> Any:
        return _json(await self.call("GET", path, **headers), status)

    async def post(self, path: str, body: Any = None, status: int = 201, **headers: str) -> Any:
        return _json(await self.call("POST", path, {} if body is None else body, **headers), status)

    async def put(self, path: str, body: Any, status: int = 200, **headers: str) -> Any:
        return _json(await self.call("PUT", path, body, **headers), status)

    async def patch(self, path: str, body: Any, status: int = 200, **headers: str) -> Any:
        return _json(await self.call("PATCH", path, body, **headers), status)

    async def delete(self, path: str, status: int = 204, **headers: str) -> Any:
        return _json(await self.call("DELETE", path, **headers), status)

    async def all(self, path: str) -> list[Any]:
        """The results of a list."""
        results: list[Any] = (await self.get(path))["results"]
        return results


def _json(answer: Answer, status: int) -> Any:
    assert answer.status == status, (answer.status, answer.body[:2000])
    return answer.json if answer.body else None


@cache
def _document() -> dict[str, Any]:
    return document(ALL)


def operation_of(method: str, path: str) -> Operation | None:
    """The most literal one that a path fits."""
    parts = path.partition("?")[0].strip("/").split("/")
    fitting = [one for one in ALL if one.method == method and _fits(one.path.strip("/").split("/"), parts)]
    return min(fitting, key=lambda one: one.path.count("{"), default=None)


def _fits(pattern: list[str], parts: list[str]) -> bool:
    same_length = len(pattern) == len(parts)
    return same_length and all(one == other or one.startswith("{") for one, other in zip(pattern, parts, strict=True))


def check_documented(method: str, path: str, answer: Answer) -> None:
    """The status is one that the document names, and the body what it says of it."""
    operation = operation_of(method, path)
    if operation is None:
        return
    responses = _document()["paths"][operation.path][method.lower()]["responses"]
    assert str(answer.status) in responses, (method, path, answer.status, answer.body[:500])
    response = responses[str(answer.status)]
    if "$ref" in response:
        response = _document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response.get("content", {})
    assert bool(content) == bool(answer.body), (path, answer.status, answer.body[:200])
    media_type = answer.header("content-type").partition(";")[0]
    assert not content or media_type in content, (media_type, content.keys())
    if media_type == "application/json" and content:
        _validator(json.dumps(content[media_type]["schema"])).validate(answer.json)


@cache
def _validator(schema: str) -> Draft202012Validator:
    whole = {**json.loads(schema), "components": _document()["components"]}
    kind: type[Draft202012Validator] = validator_for(whole, default=Draft202012Validator)
    return kind(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
