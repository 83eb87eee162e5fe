"""One script, one run, one table: `make bench`, or `python -m benchmarks --quick`."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.load import Effort
from benchmarks.parts import PARTS, measure
from benchmarks.report import RESULTS, report
from benchmarks.table import rendered
from watchword.logs import configure


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="only these, and no file is written")
    parser.add_argument("--database", dest="databases", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--quick", action="store_true", help="two minutes, for rough figures; no file is written")
    parser.add_argument("--rounds", type=int, help="that count; one more is for warming up")
    parser.add_argument("--seconds", type=float, help="of a round")
    return parser.parse_args()


def effort_of(options: argparse.Namespace) -> Effort:
    rounds, seconds = (2, 0.5) if options.quick else (5, 1.5)
    return Effort(options.rounds or rounds, options.seconds or seconds, quick=options.quick)


async def run(options: argparse.Namespace) -> None:
    effort, lines = effort_of(options), []
    with tempfile.TemporaryDirectory(prefix="watchword-bench-") as folder:
        async for line in measure(options.parts, options.databases, Path(folder), effort):
            print(*filter(None, line[:6]), sep=" | ", file=sys.stderr, flush=True)  # noqa: T201 - what goes on
            lines.append(line)
    if options.parts or options.databases or options.quick:
        print(rendered(lines))  # noqa: T201 - what the command is for
    else:
        RESULTS.write_text(report(lines, effort))


def main() -> None:
    configure("warning", json=True)
    asyncio.run(run(read_options()))


if __name__ == "__main__":
    main()
