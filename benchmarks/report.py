"""`results.md`: the table, the machine, and how it was measured."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.load import CLIENTS, Effort
from benchmarks.machine import description
from benchmarks.table import Line, rendered

RESULTS = Path(__file__).with_name("results.md")

_TEXT = """\
# Figures

Made by `make bench` in one run. Each line is a ratio to the floor, which was measured in the same run, on the same
database, in turns with Watchword. Figures of two machines cannot be compared; ratios can.

{machine}

{table}

{verdict}

## How it is measured

- **The floor** is a bare ASGI application with the database's own driver, `sqlite3` or psycopg, and aiohttp. It does
  what Watchword does beside its own work: for each request as many SELECTs, INSERTs, UPDATEs and DELETEs by a key, in
  as many transactions, as many outbound calls, and as many argon2 verifications. What Watchword does is counted before
  anything is timed, by SQLite's trace and on PostgreSQL's wire. Savepoints are not counted: the floor needs none.
- **Beside Litestar and SQLAlchemy** the step is measured once more: a handler of two statements by these two, as their
  manuals have it, is what gave the 2,500 a second that the target of 1,500 was set against.
- **All** are served by granian, as `watchword serve` is: one process on one core, the load on another. PostgreSQL runs
  wherever the kernel puts it. {clients} clients, each with a connection of its own that stays open, ask again as soon
  as they are answered. The gateway is in the load's process, and answers at once.
- **Rounds** are of {seconds:g} seconds, floor and Watchword in turns, {rounds} of each after one for warming up. The
  ratio is the median of the rounds' ratios, the spread their least and greatest. Beside each rate stands the
  processor's time that the server and its sandbox took for one, which other work on the machine disturbs less.
- **Enrolment** is three requests of a JSON client: begin, username and phone, code. The flow has a prompt with the
  documented policy, `user_write`, the SMS stage with a generic gateway, and login. **Signing in** is four: begin, name,
  password, code.
- **Lookups** are units of work on tables of 10,000 and of 10,000,000 devices that the database made. **Plans** are
  those for a million deliveries, with statistics that tell the planner of a hundred million.
"""


def report(lines: Sequence[Line], effort: Effort) -> str:
    return _TEXT.format(
        machine="\n".join(f"- {sentence}" for sentence in description()),
        table=rendered(lines),
        verdict=verdict(lines),
        clients=CLIENTS,
        seconds=effort.seconds,
        rounds=effort.rounds,
    )


def verdict(lines: Sequence[Line]) -> str:
    """How many targets are met, and which are not."""
    targets = [line for line in lines if line.met is not None]
    missed = [f"{line.what} ({line.database})" if line.database else line.what for line in targets if not line.met]
    met = f"{len(targets) - len(missed)} of {len(targets)} targets are met."
    return f"{met} Not met: {'; '.join(missed)}." if missed else met
