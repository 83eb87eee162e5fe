"""Several processes that count together: each writes into files of its own in one folder, and any can read them all.

What a process counted stays when it dies, so that a sum never falls; what it measured of itself goes with it.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""The library reads it when it is first imported."""

_MEMBER = "worker-"


class Group:
    """As the parent of the processes sees it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def environment(self) -> Mapping[str, str]:
        """For a process that belongs to it."""
        return {**os.environ, VARIABLE: str(self._folder)}

    def joined(self, number: int, pid: int) -> None:
        (self._folder / f"{_MEMBER}{number}").write_text(str(pid))

    def left(self, number: int, pid: int) -> None:
        (self._folder / f"{_MEMBER}{number}").unlink(missing_ok=True)
        mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call] # the library leaves it unannotated


def shared_folder() -> Path | None:
    """Of the group that this process belongs to, if it belongs to one."""
    folder = os.environ.get(VARIABLE)
    return Path(folder) if folder else None


def of_the_group(folder: Path) -> CollectorRegistry:
    """What all processes counted; what the system says of each carries its number."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call] # the library leaves it unannotated
    registry.register(_Processes(folder))
    return registry


class _Processes(Collector):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        found: dict[str, Metric] = {}
        for number, pid in self._members():
            for metric in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                whole = found.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                for sample in metric.samples:
                    whole.add_sample(sample.name, {**sample.labels, "worker": number}, sample.value)
        return found.values()

    def _members(self) -> Iterator[tuple[str, str]]:
        for file in sorted(self._folder.glob(f"{_MEMBER}*")):
            try:
                yield file.name.removeprefix(_MEMBER), file.read_text()
            except OSError:  # it ended just now
                continue
