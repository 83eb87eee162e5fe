"""`watchword schema`: the description of the API, without a server."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from watchword.cli import main

FILE = Path(__file__).parents[3] / "docs" / "openapi.json"


def test_the_schema_is_that_of_the_documents_to_the_byte() -> None:
    done = CliRunner().invoke(main, ["schema"])
    assert done.exit_code == 0
    assert done.stdout_bytes == FILE.read_bytes()


def test_it_needs_no_data_directory_and_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["schema"]).exit_code == 0
    assert list(tmp_path.iterdir()) == []
