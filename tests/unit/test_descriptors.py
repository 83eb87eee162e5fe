"""How many files may be open: raised as far as it may be, and never lowered."""

import resource

import pytest

from watchword.descriptors import ENOUGH, raise_limit, room_for_sends


class System:
    def __init__(self, soft: int, hard: int) -> None:
        self.limits = (soft, hard)
        self.refuses = False

    def get(self, which: int) -> tuple[int, int]:
        assert which == resource.RLIMIT_NOFILE
        return self.limits

    def set(self, _: int, limits: tuple[int, int]) -> None:
        if self.refuses:
            raise ValueError("not permitted")
        self.limits = limits


def system(monkeypatch: pytest.MonkeyPatch, soft: int, hard: int) -> System:
    made = System(soft, hard)
    monkeypatch.setattr(resource, "getrlimit", made.get)
    monkeypatch.setattr(resource, "setrlimit", made.set)
    return made


@pytest.mark.parametrize(
    ("soft", "hard", "now"),
    [
        (1_024, 4_096, 4_096),
        (1_024, 1_048_576, ENOUGH),
        (1_024, resource.RLIM_INFINITY, ENOUGH),
        (100_000, 1_048_576, 100_000),
        (4_096, 4_096, 4_096),
    ],
)
def test_it_is_raised_as_far_as_it_may_be(monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, now: int) -> None:
    made = system(monkeypatch, soft, hard)
    assert raise_limit() == now
    assert made.limits == (now, hard)


def test_where_it_may_not_be_raised_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    made = system(monkeypatch, 1_024, 4_096)
    made.refuses = True
    assert raise_limit() == made.limits[0] == 1_024


@pytest.mark.parametrize(("soft", "room"), [(1_024, 384), (20_000, 9_872), (64, 16), (resource.RLIM_INFINITY, 32_640)])
def test_each_message_takes_one_and_each_visitor_another(monkeypatch: pytest.MonkeyPatch, soft: int, room: int) -> None:
    system(monkeypatch, soft, resource.RLIM_INFINITY)
    assert room_for_sends() == room
