"""What is wrong with a blueprint, and where."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Self

from watchword.errors import Invalid, NotFound


class Place(NamedTuple):
    """`line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class BlueprintProblem(NamedTuple):
    """`model` and `field` are empty where none is at fault; what stood in the file is not repeated."""

    place: Place
    message: str
    model: str = ""
    field: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.place), self.model, self.field, self.message) if part)


class BlueprintInvalid(Invalid):
    """The blueprint cannot be applied."""

    code = "blueprint_invalid"

    def __init__(self, problems: Iterable[BlueprintProblem]) -> None:
        """The message has a line for each problem. Without any, it only hangs on something reported elsewhere."""
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, place: Place, message: str, *, model: str = "", field: str = "") -> Self:
        return cls([BlueprintProblem(place, message, model, field)])


class Collector:
    """Goes on after a problem, so that all are told at once."""

    def __init__(self, place: Place) -> None:
        """`place` is for errors that know none."""
        self._place = place
        self.problems: list[BlueprintProblem] = []
        self.failed = False

    @contextmanager
    def collecting(self, *, model: str = "", field: str = "", place: Place | None = None) -> Iterator[None]:
        """Keeps what the block raises; problems that name no model or no field get these."""
        try:
            yield
        except BlueprintInvalid as error:
            self.failed = True
            for problem in error.problems:
                self.problems.append(problem._replace(model=problem.model or model, field=problem.field or field))
        except (Invalid, NotFound) as error:
            self.add(error.message, model=model, field=field, place=place)

    def add(self, message: str, *, model: str = "", field: str = "", place: Place | None = None) -> None:
        self.failed = True
        self.problems.append(BlueprintProblem(place or self._place, message, model, field))

    def check(self) -> None:
        """Raises `BlueprintInvalid` with everything that was kept."""
        if self.failed:
            raise BlueprintInvalid(self.problems)
