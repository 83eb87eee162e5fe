"""The watched directory, over the API."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.conftest import OpenHouse

DENY = """\
version: 1
metadata: {name: Doors, labels: {a: b}}
entries:
- model: authentik_stages_deny.denystage
  identifiers: {name: by-blueprint}
  attrs: {deny_message: !File [text, none]}
"""
NAMES = "/stages/deny/?name=by-blueprint"


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    directory = tmp_path / "blueprints"
    directory.mkdir()
    (directory / "doors.yaml").write_text(DENY)
    (directory / "text").write_text("Closed.\n")
    return directory


@pytest.fixture
async def watching(opened: OpenHouse, watched: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ApiCaller]:
    """The administrator, of a server that has the directory and does not look into it by itself."""
    monkeypatch.setattr("watchword.administration.watched_blueprints.BlueprintWatcher.start", lambda _: None)
    async with opened(blueprints_dir=str(watched)) as house:
        yield ApiCaller(await with_tokens(house), ADMIN)


async def test_its_files_are_listed_beside_those_that_come_along(watching: ApiCaller, watched: Path) -> None:
    (watched / "broken.yaml").write_text("entries: [")
    found = {one["path"]: one for one in await watching.get("/managed/blueprints/available/")}
    assert {"recovery.yaml", "watched/doors.yaml"} <= found.keys()
    assert found["watched/doors.yaml"]["meta"] == {"name": "Doors", "labels": {"a": "b"}}
    assert found["watched/broken.yaml"]["meta"] == {"name": "broken.yaml", "labels": {}}
    assert len(found["watched/doors.yaml"]["hash"]) == 128


async def test_one_is_kept_by_its_path_and_applied_when_asked(watching: ApiCaller) -> None:
    made = await watching.post("/managed/blueprints/", {"name": "doors", "path": "watched/doors.yaml"})
    assert (made["metadata"]["name"], made["content"], made["status"]) == ("Doors", "", "unknown")
    applied = await watching.post(f"/managed/blueprints/{made['pk']}/apply/", status=200)
    assert applied["status"] == "successful"
    assert [stage["deny_message"] for stage in await watching.all(NAMES)] == ["Closed."]


async def test_what_is_gone_is_orphaned(watching: ApiCaller, watched: Path) -> None:
    made = await watching.post("/managed/blueprints/", {"name": "doors", "path": "watched/doors.yaml"})
    (watched / "doors.yaml").unlink()
    assert (await watching.get(f"/managed/blueprints/{made['pk']}/"))["status"] == "orphaned"


@pytest.mark.parametrize(
    "path", ["watched/none.yaml", "watched/../blueprints/doors.yaml", "watched/text", "doors.yaml"]
)
async def test_nothing_else_is_reached_by_a_path(watching: ApiCaller, path: str) -> None:
    answer = await watching.post("/managed/blueprints/", {"name": "x", "path": path}, status=400)
    assert answer == {"path": ["Blueprint file does not exist"]}


async def test_a_text_that_comes_over_the_api_reads_none_of_its_files(watching: ApiCaller) -> None:
    made = await watching.post("/managed/blueprints/", {"name": "x", "content": DENY})
    await watching.post(f"/managed/blueprints/{made['pk']}/apply/", status=200)
    assert [stage["deny_message"] for stage in await watching.all(NAMES)] == ["none"]


async def test_a_directory_that_is_gone_is_no_crash(watching: ApiCaller, watched: Path) -> None:
    shutil.move(watched, watched.with_name("moved"))
    assert "recovery.yaml" in [one["path"] for one in await watching.get("/managed/blueprints/available/")]
    answer = await watching.post("/managed/blueprints/", {"name": "x", "path": "watched/doors.yaml"}, status=400)
    assert answer == {"path": ["Blueprint file does not exist"]}
