"""The watched directory, as it is read."""

from pathlib import Path

import pytest

from watchword.blueprints.folder import Folder, file_names, reader, watched_file, watched_text
from watchword.blueprints.nodes import MAX_BYTES


def test_its_files_are_told_by_name(tmp_path: Path) -> None:
    for name in ("20-b.yaml", "10-a.yaml", "notes.txt", ".hidden.yaml", "c.yml"):
        (tmp_path / name).write_text("x")
    (tmp_path / "below.yaml").mkdir()
    (tmp_path / "below.yaml" / "d.yaml").write_text("x")
    assert file_names(tmp_path) == ["10-a.yaml", "20-b.yaml"]


def test_what_a_volume_of_kubernetes_looks_like(tmp_path: Path) -> None:
    """The files are links into a hidden directory, that is swapped."""
    (tmp_path / "..2026_01").mkdir()
    (tmp_path / "..2026_01" / "a.yaml").write_text("one")
    (tmp_path / "..data").symlink_to("..2026_01")
    (tmp_path / "a.yaml").symlink_to("..data/a.yaml")
    folder = Folder(tmp_path)
    assert [(file.path, file.text) for file in folder.scan()] == [("watched/a.yaml", "one")]
    (tmp_path / "..2026_02").mkdir()
    (tmp_path / "..2026_02" / "a.yaml").write_text("two")
    (tmp_path / "..data").unlink()
    (tmp_path / "..data").symlink_to("..2026_02")
    assert [file.text for file in folder.scan()] == ["two"]


def test_a_file_is_settled_when_it_stayed_as_it_was(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.scan() == []
    (tmp_path / "a.yaml").write_text("half")
    assert [(file.text, file.settled) for file in folder.scan()] == [("half", False)]
    (tmp_path / "a.yaml").write_text("a whole one")
    assert [(file.text, file.settled) for file in folder.scan()] == [("a whole one", False)]
    assert [(file.text, file.settled) for file in folder.scan()] == [("a whole one", True)]


def test_at_the_first_look_everything_is_settled(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    assert [file.settled for file in Folder(tmp_path).scan()] == [True]


def test_what_did_not_change_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text("x")
    folder = Folder(tmp_path)
    first = folder.scan()
    monkeypatch.setattr(Path, "open", None)
    assert folder.scan() == first


def test_a_directory_that_is_gone_is_no_empty_one(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        folder.scan()
    assert watched_text(tmp_path / "gone", "watched/a.yaml") is None


def test_what_is_no_text_or_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    assert watched_file(tmp_path, "a.yaml").problem == "a.yaml is no text in UTF-8."
    assert watched_file(tmp_path, "b.yaml").problem.startswith("b.yaml cannot be read: ")
    (tmp_path / "c.yaml").write_bytes(b"\xef\xbb\xbfversion: 1")
    assert watched_file(tmp_path, "c.yaml").text == "version: 1"


def test_no_more_is_read_than_a_blueprint_may_have(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x" * (MAX_BYTES + 10))
    assert len(watched_file(tmp_path, "a.yaml").text) == MAX_BYTES + 1


def test_a_link_leads_nowhere_else(tmp_path: Path) -> None:
    """Whoever may write into the repository must not read the server's files."""
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / "a.yaml").symlink_to(secret)
    assert watched_file(watched, "a.yaml").text == ""
    (watched / "own").write_text("own")
    read = reader(watched)
    assert read("own") == read(str(watched / "own")) == "own"
    for path in ("../secret", str(secret), "/etc/passwd", "a.yaml"):
        with pytest.raises(OSError, match="outside"):
            read(path)


def test_a_text_is_asked_for_by_its_path_alone(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    assert watched_text(tmp_path, "watched/a.yaml") == "x"
    for path in ("a.yaml", "watched/b.yaml", "watched/../a.yaml", "watched/", ""):
        assert watched_text(tmp_path, path) is None
    assert watched_text(None, "watched/a.yaml") is None
