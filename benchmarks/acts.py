"""What a request does beside its own work, in order: the floor does the same, and nothing else."""

import re
from collections import Counter
from typing import Literal

import msgspec

Act = Literal["begin", "select", "insert", "update", "delete", "commit", "call", "verify"]
STATEMENTS: tuple[Act, ...] = ("select", "insert", "update", "delete")

_WORD = re.compile(r"\s*(\w+)")
_TRANSACTION: dict[str, Act] = {"BEGIN": "begin", "COMMIT": "commit", "ROLLBACK": "commit"}


class Exchange(msgspec.Struct, frozen=True):
    """One request; `size` is its answer's, in bytes."""

    acts: list[Act]
    size: int = 0


class Script(msgspec.Struct, frozen=True):
    """One visit: its requests."""

    exchanges: list[Exchange]

    def count(self, *acts: Act) -> int:
        counted = Counter(act for exchange in self.exchanges for act in exchange.acts)
        return sum(counted[act] for act in acts)

    @property
    def statements(self) -> int:
        return self.count(*STATEMENTS)

    def words(self) -> str:
        """As "3 requests, 40 statements in 21 transactions, 1 outbound call"."""
        parts = [
            _counted(len(self.exchanges), "request"),
            f"{_counted(self.statements, 'statement')} in {_counted(self.count('begin'), 'transaction')}",
        ]
        parts += [_counted(self.count("call"), "outbound call")] if self.count("call") else []
        parts += [_counted(self.count("verify"), "argon2 verification")] if self.count("verify") else []
        return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def act_of(statement: str) -> Act | None:
    """What an SQL statement is; None for savepoints and settings, which the floor needs none of."""
    found = _WORD.match(statement)
    if not found:
        return None
    word = found[1].upper()
    if word == "ROLLBACK" and "TO SAVEPOINT" in statement.upper():
        return None
    if word in _TRANSACTION:
        return _TRANSACTION[word]
    if word == "WITH":  # the verb comes last: before it stand the parts that it uses
        verbs = re.findall(r"\)\s*(SELECT|INSERT|UPDATE|DELETE)\b", statement, re.IGNORECASE)
        word = verbs[-1].upper() if verbs else "SELECT"
    return next((act for act in STATEMENTS if act.upper() == word), None)
