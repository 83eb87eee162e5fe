"""The documentation of the API as a page: made of its OpenAPI document, served from this machine."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from litestar import Response, get

from watchword.web.api.routes import ROOT
from watchword.web.api.schema import schema_text
from watchword.web.pages.answers import html, page_of
from watchword.web.pages.api_rows import Field, OperationRow, Section
from watchword.web.pages.render import render_api
from watchword.web.pages.schema_words import fields_of_schema, type_of
from watchword.web.sessions import find_visit
from watchword.web.types import WebRequest

PATH = f"{ROOT}/"


@get(PATH)
async def api_reference(request: WebRequest) -> Response[Any]:
    """For people a page; for programs, where the description is."""
    if "text/html" not in request.headers.get("accept", ""):
        return Response(msgspec.json.encode({"schema": f"{ROOT}/schema/"}), media_type="application/json")
    visit = await find_visit(request)
    wanted = str(request.query_params.get("section", ""))
    shown = next((section for section in sections() if section.name == wanted), None)
    page = page_of(request, visit, action=PATH, cancel_url="/if/user/")
    return html(render_api(page, sections(), shown))


@cache
def sections() -> list[Section]:
    document = json.loads(schema_text())
    found = {
        tag["name"]: Section(name=tag["name"], about=tag["description"], operations=[]) for tag in document["tags"]
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].operations.append(_row(document, path, method, operation))
    return [section for section in found.values() if section.operations]


def _row(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> OperationRow:
    content: Mapping[str, Any] = operation.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), "")
    return OperationRow(
        id=operation["operationId"],
        method=method.upper(),
        path=ROOT + path,
        summary=operation["summary"],
        access=_ACCESS[operation["x-access"]],
        parameters=[_parameter(document, one) for one in operation["parameters"]],
        body=media_type,
        fields=list(fields_of_schema(document, content[media_type]["schema"])) if media_type else [],
        answers=list(_answers(document, operation["responses"])),
        example=_example(path, method, operation, media_type),
    )


_ACCESS = {
    "anyone": "Anyone may call this.",
    "signed_in": "For whoever is signed in or has a token; superusers reach what is anybody's.",
    "superuser": "For superusers.",
}


def _parameter(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> Field:
    place = "" if parameter["in"] == "query" else f" ({parameter['in']})"
    return Field(
        name=parameter["name"],
        type=type_of(document, parameter["schema"]) + place,
        required=parameter.get("required", False),
        help=parameter.get("description", ""),
    )


def _answers(document: Mapping[str, Any], responses: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for status, response in sorted(responses.items()):
        if "$ref" in response:
            response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        schema = next((one["schema"] for one in response.get("content", {}).values()), None)
        if status >= "400":
            yield status, response["description"]
        else:
            yield status, type_of(document, schema) if schema else "It is done; there is nothing to say."


def _example(path: str, method: str, operation: Mapping[str, Any], media_type: str) -> str:
    lines = ["curl"] if method == "get" else ["curl", f"-X {method.upper()}"]
    if operation.get("security") != []:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if media_type == "application/json":
        lines.append("-H 'Content-Type: application/json' -d '{...}'")
    elif media_type:
        lines.append("-F file=@blueprint.yaml")
    return " ".join([*lines, f'"$SERVER{ROOT}{path}"'])
