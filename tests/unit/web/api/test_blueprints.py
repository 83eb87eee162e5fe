"""Blueprints over the API: kept, checked, applied."""

import json
from typing import Any

import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import make
from watchword.stages.deny import DenyStage

DENY = """
version: 1
metadata: {name: Denial, labels: {a: b}}
context: {text: Never}
entries:
  - model: authentik_stages_deny.denystage
    identifiers: {name: by-blueprint}
    attrs: {deny_message: !Context text}
"""
BROKEN = DENY.replace("denystage", "nosuchstage")
NAMES = "/stages/deny/?name=by-blueprint"


async def keep(admin: ApiCaller, **more: Any) -> Any:
    return await admin.post("/managed/blueprints/", {"name": "denial", "content": DENY, **more})


async def test_a_blueprint_is_kept_and_not_applied(admin: ApiCaller) -> None:
    made = await keep(admin)
    assert (made["status"], made["last_applied_hash"], made["enabled"]) == ("unknown", "", True)
    assert made["managed_models"] == ["authentik_stages_deny.denystage"]
    assert made["metadata"] == {"name": "Denial", "labels": {"a": "b"}}
    assert await admin.all(NAMES) == []


async def test_a_blueprint_is_applied(admin: ApiCaller) -> None:
    made = await keep(admin, context={"text": "Not you"})
    applied = await admin.post(f"/managed/blueprints/{made['pk']}/apply/", status=200)
    assert (applied["status"], applied["last_applied"]) == ("successful", "2026-03-01T12:00:00Z")
    assert len(applied["last_applied_hash"]) == 128
    [stage] = await admin.all(NAMES)
    assert stage["deny_message"] == "Not you"


async def test_a_disabled_blueprint_is_not_applied(admin: ApiCaller) -> None:
    made = await keep(admin, enabled=False)
    assert (await admin.post(f"/managed/blueprints/{made['pk']}/apply/", status=200))["status"] == "unknown"
    assert await admin.all(NAMES) == []


async def test_a_blueprint_that_comes_along_is_kept_by_its_path(admin: ApiCaller) -> None:
    paths = [one["path"] for one in await admin.get("/managed/blueprints/available/")]
    assert "recovery.yaml" in paths
    made = await admin.post("/managed/blueprints/", {"name": "recovery", "path": "recovery.yaml"})
    assert made["metadata"]["name"]
    applied = await admin.post(f"/managed/blueprints/{made['pk']}/apply/", status=200)
    assert applied["status"] in ("successful", "warning")
    assert await admin.all("/managed/blueprints/?path=recovery.yaml") == [applied]


async def test_what_no_longer_holds_is_told_by_the_status(admin: ApiCaller) -> None:
    content = DENY.replace("denystage", "denystage\n    state: must_created")
    made = await keep(admin, content=content)
    await make(admin, DenyStage, "by-blueprint")
    applied = await admin.post(f"/managed/blueprints/{made['pk']}/apply/", status=200)
    assert applied["status"] == "error"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"name": "a"}, {"non_field_errors": ["Either path or content must be set."]}),
        ({"name": "a", "path": "no/such.yaml"}, {"path": ["Blueprint file does not exist"]}),
        ({"name": "a", "path": "../../etc/passwd"}, {"path": ["Blueprint file does not exist"]}),
        ({"name": "", "content": DENY}, {"name": ["This field may not be blank."]}),
        ({"name": "a", "content": DENY, "context": []}, {"context": ["Value must be a dictionary."]}),
    ],
)
async def test_what_is_wrong_with_a_blueprint_is_said(admin: ApiCaller, body: Any, errors: Any) -> None:
    assert await admin.post("/managed/blueprints/", body, status=400) == errors


@pytest.mark.parametrize("content", [BROKEN, "[", "version: 2\nentries: []", "a: !!python/object:os.system x"])
async def test_content_is_tried_before_it_is_kept(admin: ApiCaller, content: str) -> None:
    errors = await admin.post("/managed/blueprints/", {"name": "a", "content": content}, status=400)
    assert errors["content"][0] == "Failed to validate blueprint"
    assert all(line.startswith("- ") for line in errors["content"][1:])
    assert await admin.all("/managed/blueprints/") == []


async def test_a_blueprint_from_afar_reads_neither_files_nor_the_servers_secrets(
    admin: ApiCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHWORD_SECRET_KEY_FILE_X", "the server's secret")
    monkeypatch.setenv("BLUEPRINT_GREETING", "hello")
    reading = DENY.replace("!Context text", "!File [/etc/hostname, nothing]")
    for value, expected in (
        ("!File [/etc/hostname, nothing]", "nothing"),
        ("!Env [WATCHWORD_SECRET_KEY_FILE_X, nothing]", "nothing"),
        ("!Env [PATH, nothing]", "nothing"),
        ("!Env BLUEPRINT_GREETING", "hello"),
    ):
        content = DENY.replace("!Context text", value)
        assert await imported(admin, content) == (True, 1)
        [stage] = await admin.all(NAMES)
        assert stage["deny_message"] == expected
    assert reading


def form(**parts: str) -> tuple[bytes, str]:
    lines = [
        f'--b0undary\r\nContent-Disposition: form-data; name="{name}"'
        + ('; filename="b.yaml"' if name == "file" else "")
        + f"\r\n\r\n{value}\r\n"
        for name, value in parts.items()
    ]
    return ("".join(lines) + "--b0undary--\r\n").encode(), "multipart/form-data; boundary=b0undary"


async def imported(admin: ApiCaller, content: str, **more: str) -> tuple[bool, int]:
    body, media_type = form(file=content, **more)
    result = (await admin.call("POST", "/managed/blueprints/import/", body, content_type=media_type)).json
    return result["success"], len(result["logs"])


async def test_a_blueprint_is_imported_once(admin: ApiCaller) -> None:
    assert await imported(admin, DENY, context=json.dumps({"text": "Go away"})) == (True, 1)
    [stage] = await admin.all(NAMES)
    assert stage["deny_message"] == "Go away"
    assert await admin.all("/managed/blueprints/") == []


async def test_an_import_that_fails_changes_nothing_and_says_why(admin: ApiCaller) -> None:
    body, media_type = form(file=DENY + BROKEN.partition("entries:")[2])
    answer = await admin.call("POST", "/managed/blueprints/import/", body, content_type=media_type)
    assert (answer.status, answer.json["success"]) == (200, False)
    assert "nosuchstage" in answer.json["logs"][0]["event"]
    assert await admin.all(NAMES) == []


@pytest.mark.parametrize(
    ("parts", "errors"),
    [
        ({}, {"non_field_errors": ["Either path or file must be set."]}),
        ({"path": "no.yaml"}, {"path": ["Blueprint file does not exist"]}),
        ({"file": DENY, "context": "[1]"}, {"context": ["Context must be a JSON object."]}),
        ({"file": DENY, "skip_unknown": "maybe"}, {"skip_unknown": ["Must be a valid boolean."]}),
        ({"file": "a\x00b"}, {"file": ["Null characters are not allowed."]}),
    ],
)
async def test_a_form_that_says_nothing_is_refused(
    admin: ApiCaller, parts: dict[str, str], errors: dict[str, list[str]]
) -> None:
    body, media_type = form(**parts)
    answer = await admin.call("POST", "/managed/blueprints/import/", body, content_type=media_type)
    assert (answer.status, answer.json) == (400, errors)


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"x", "multipart/form-data", 415),
        (b"x", "multipart/form-data; boundary=b", 400),
        (b"--b\r\n", "multipart/form-data; boundary=b", 400),
        (b"x" * 1_000_001, "multipart/form-data; boundary=b", 413),
        (form(file="\xff")[0].replace("ÿ".encode(), b"\xff"), form()[1], 400),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused(
    admin: ApiCaller, body: bytes, media_type: str, status: int
) -> None:
    answer = await admin.call("POST", "/managed/blueprints/import/", body, content_type=media_type)
    assert answer.status == status, answer


async def test_what_is_exported_can_be_imported(admin: ApiCaller) -> None:
    text = (await admin.call("GET", "/flows/instances/default-authentication-flow/export/")).text
    before = await admin.get("/flows/bindings/?page_size=100")
    success, lines = await imported(admin, text)
    assert success
    assert lines > 5
    assert await admin.get("/flows/bindings/?page_size=100") == before


async def test_an_import_leaves_out_what_watchword_has_not_where_that_is_asked_for(admin: ApiCaller) -> None:
    content = DENY + BROKEN.partition("entries:")[2]
    assert (await imported(admin, content, skip_unknown="false"))[0] is False
    body, media_type = form(file=content, skip_unknown="true")
    answer = await admin.call("POST", "/managed/blueprints/import/", body, content_type=media_type)
    told = [(line["log_level"], line["event"]) for line in answer.json["logs"]]
    assert answer.json["success"] is True
    assert ("info", "left out authentik_stages_deny.nosuchstage by-blueprint") in told
    assert any(level == "warning" and event.endswith("Watchword has no such model.") for level, event in told)
    assert len(await admin.all(NAMES)) == 1
