"""One script, one run, one table: `make bench`, or `python -m benchmarks --quick`."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks import enrolment, sign_in, steps
from benchmarks.contests import contests
from benchmarks.databases import available
from benchmarks.gateway import Gateway
from benchmarks.house import house
from benchmarks.load import Effort
from benchmarks.table import Line, rendered
from watchword.logs import configure

RESULTS = Path(__file__).with_name("results.md")
CONTESTS = {"steps": steps.SUBJECTS, "enrolment": enrolment.SUBJECTS, "sign-in": sign_in.SUBJECTS}


async def measure(options: argparse.Namespace, folder: Path) -> AsyncIterator[Line]:
    effort = Effort(options.rounds, options.seconds)
    for dialect in options.databases or available():
        (folder / dialect).mkdir()
        async with Gateway() as gateway, house(dialect, folder / dialect, gateway) as built:
            for name, subjects in CONTESTS.items():
                if not options.parts or name in options.parts:
                    for line in await contests(built, subjects, effort):
                        yield line


async def run(options: argparse.Namespace) -> list[Line]:
    with tempfile.TemporaryDirectory(prefix="watchword-bench-") as folder:
        lines = []
        async for line in measure(options, Path(folder)):
            print(*line, sep=" | ", file=sys.stderr)  # noqa: T201 - what goes on
            lines.append(line)
        return lines


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*CONTESTS, []], help="only these; all without any")
    parser.add_argument("--database", dest="databases", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--quick", action="store_true", help="two minutes, for rough figures")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.seconds = options.seconds or (0.5 if options.quick else 2.0)
    return options


def main() -> None:
    options = read_options()
    configure("warning", json=True)
    print(rendered(asyncio.run(run(options))))  # noqa: T201 - what the command is for


if __name__ == "__main__":
    main()
