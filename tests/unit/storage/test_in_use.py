"""Servers share the embedded database; whoever replaces it has it alone."""

from pathlib import Path

import pytest

from watchword.errors import DatabaseUnavailable, Invalid
from watchword.storage.in_use import alone, in_use


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "watchword.db"


def test_several_may_use_it_and_nobody_has_it_alone_then(file: Path) -> None:
    url = f"sqlite:///{file}"
    with in_use(url), in_use(url), pytest.raises(Invalid, match="Stop it first"), alone(file):
        raise AssertionError
    with alone(file), pytest.raises(Invalid, match="under way"), in_use(url):
        raise AssertionError
    with in_use(url):
        pass


def test_an_error_within_ends_the_lock(file: Path) -> None:
    with pytest.raises(KeyError), in_use(f"sqlite:///{file}"):
        raise KeyError
    with alone(file):
        pass


@pytest.mark.parametrize("url", ["sqlite://", "postgresql://u@host/name"])
def test_nothing_is_locked_elsewhere(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with in_use(url):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable), alone(tmp_path / "nowhere" / "watchword.db"):
        raise AssertionError
