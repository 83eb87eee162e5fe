"""`watchword import-authentik` against a running server: another Watchword, which speaks the same API, and a double."""

import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.authentik import TOKEN as DOUBLES_TOKEN
from tests.doubles.authentik import Authentik, serving
from tests.doubles.gateway import GatewayDouble
from tests.e2e.api_server import TOKEN
from tests.e2e.conftest import make_server
from tests.e2e.server import WATCHWORD, ServerProcess
from tests.unit.migration.world import lists


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    server = make_server(tmp_path_factory.mktemp("source") / "data", shared_double, WATCHWORD_BOOTSTRAP_TOKEN=TOKEN)
    yield server.start()
    server.stop()


def import_from(target: ServerProcess, url: str, *options: str) -> dict[str, Any]:
    done = target.run("import-authentik", "--url", url, "--json", *options, check=False)
    assert done.returncode in (0, 2), done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def objects(server: ServerProcess) -> dict[str, tuple[str, dict[str, Any]]]:
    """By uuid: what is configured, without what is secret."""
    with sqlite3.connect(server.data_dir / "watchword.db") as conn:
        rows = conn.execute("SELECT pk, model, document FROM config_object").fetchall()
    return {pk: (model, _plain(json.loads(document))) for pk, model, document in rows}


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """The API strips texts of outer blanks where it takes them, and so does an import."""
    stripped = {key: value.strip() if isinstance(value, str) else value for key, value in document.items()}
    return {**stripped, "auth": "", "auth_password": ""}


def people(server: ServerProcess) -> list[tuple[Any, ...]]:
    with sqlite3.connect(server.data_dir / "watchword.db") as conn:
        return conn.execute(
            "SELECT u.uuid, u.username, u.name, u.email, u.is_active, u.path, u.type, g.name FROM users u "
            "LEFT JOIN membership m ON m.user_id = u.id LEFT JOIN user_group g ON g.pk = m.group_pk "
            "WHERE u.username != 'akadmin' ORDER BY u.uuid, g.name"
        ).fetchall()


def test_from_another_watchword_comes_the_same(source: ServerProcess, tmp_path: Path) -> None:
    target = ServerProcess(tmp_path / "data", WATCHWORD_IMPORT_TOKEN=TOKEN)
    report = import_from(target, source.url)
    there, here = objects(source), objects(target)
    told = {line["label"].removesuffix(" (authentik)") for line in report["lines"] if line["why"] or line["notes"]}
    differing = {pk for pk in there if here.get(pk) != there[pk]}
    stayed = {pk for pk in differing if called(there[pk]) in told}
    with_them = {pk for pk in differing if there[pk][1].get("target") in stayed}
    with_them |= {pk for pk in differing if there[pk][1].get("target") in with_them}
    assert {called(there[pk]) for pk in differing - stayed - with_them} == set()
    assert {"phone", "documented mapping", "enrol"} & {called(one) for one in here.values()}
    assert people(target) == people(source)
    assert not import_from(target, source.url)["changed"]
    assert target.start().stop() == 0, target.output()


def called(found: tuple[str, dict[str, Any]]) -> str:
    return str(found[1].get("slug") or found[1].get("name"))


def test_an_import_that_is_killed_is_completed_by_the_next(tmp_path: Path) -> None:
    with serving(Authentik(lists(people=60))) as authentik:
        target = ServerProcess(tmp_path / "data", WATCHWORD_IMPORT_TOKEN=DOUBLES_TOKEN)
        target.run("migrate")
        command = [WATCHWORD, "import-authentik", "--url", authentik.url, "--data-dir", str(target.data_dir)]
        running = subprocess.Popen(  # noqa: S603 - our own command
            command, env=target.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        authentik.double.wait_for_request(len(lists()) // 2, timeout=30)
        deadline = time.monotonic() + 30
        while running.poll() is None and not _is_writing(authentik) and time.monotonic() < deadline:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert running.returncode == -signal.SIGKILL
        report = import_from(target, authentik.url)
        came = [line for line in report["lines"] if line["kind"] == "user" and line["fate"] in ("created", "unchanged")]
        assert len(came) == 60
        assert not import_from(target, authentik.url)["changed"]


def _is_writing(authentik: Authentik) -> bool:
    """All that is asked last was asked."""
    return authentik.asked[-1].endswith("user=7")
