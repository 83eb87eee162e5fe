"""A database file that is moved or replaced is noticed, and looked at no more often than need be."""

from pathlib import Path

import pytest

from watchword.errors import DatabaseUnavailable
from watchword.storage.file_in_place import EVERY_SECONDS, FileInPlace


def test_what_is_no_file_is_always_there() -> None:
    for path in (None, "", ":memory:"):
        FileInPlace(path, iter(range(10)).__next__).check()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_is_missed_until_it_is_back(tmp_path: Path, replaced: bool) -> None:
    file, away, now = tmp_path / "one", tmp_path / "away", [0.0]
    file.touch()
    place = FileInPlace(str(file), lambda: now[0])
    file.rename(away)
    if replaced:
        file.touch()
    place.check()  # nobody has looked yet
    now[0] += EVERY_SECONDS
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable):
            place.check()
    away.rename(file)
    place.check()
