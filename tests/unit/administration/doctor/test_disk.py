"""The doctor on the disk of the data directory."""

from pathlib import Path

import pytest

from tests.unit.administration.doctor.patients import codes, not_checked, only, patient
from watchword.administration.doctor.checks import disk
from watchword.administration.doctor.checks.disk import FULL_BELOW, LOW_BELOW, Disk, check, judged
from watchword.administration.doctor.finding import Finding

HERE = Path("/data")
PLENTY = 100 * LOW_BELOW


@pytest.mark.parametrize(
    ("free", "code"),
    [
        (PLENTY, "disk_fine"),
        (LOW_BELOW, "disk_fine"),
        (LOW_BELOW - 1, "disk_low"),
        (FULL_BELOW, "disk_low"),
        (FULL_BELOW - 1, "disk_full"),
        (0, "disk_full"),
    ],
)
def test_room_is_judged(free: int, code: str) -> None:
    [told] = judged(Disk(free, 0, writable=True), HERE)
    assert told.code == code
    assert "/data" in told.sentence


def test_a_directory_that_cannot_be_written_is_wrong() -> None:
    found = judged(Disk(PLENTY, 0, writable=False), HERE)
    assert only(found, disk.UNWRITABLE).severity == "error"


def test_a_database_that_has_no_room_for_a_copy_is_told() -> None:
    assert codes(judged(Disk(PLENTY, PLENTY + 1, writable=True), HERE)) == ["disk_fine", "database_outgrows_disk"]
    assert codes(judged(Disk(PLENTY, PLENTY, writable=True), HERE)) == ["disk_fine"]


async def test_the_real_one_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "watchword.db"
    file.write_bytes(b"12345")
    looked: list[tuple[Disk, Path]] = []

    def noted(seen: Disk, where: Path) -> list[Finding]:
        looked.append((seen, where))
        return []

    monkeypatch.setattr(disk, "judged", noted)
    await check(patient(database_url=f"sqlite:///{file}"))
    [(seen, where)] = looked
    assert (seen.size, seen.writable, where) == (5, True, tmp_path)
    assert seen.free > 0


async def test_a_database_elsewhere_has_no_disk_here(tmp_path: Path) -> None:
    assert "not on a disk" in await not_checked(check, patient())
    assert "not on a disk" in await not_checked(check, patient(database_url="sqlite://"))
    assert "no database yet" in await not_checked(check, patient(database_url=f"sqlite:///{tmp_path / 'none.db'}"))
