"""What a statement is, and how a script is told."""

import pytest

from benchmarks.acts import Act, Exchange, Script, act_of

STATEMENTS: dict[str, Act | None] = {
    "SELECT 1": "select",
    "\n  select id\n FROM users": "select",
    "INSERT INTO users (name) VALUES ('SELECT') RETURNING id": "insert",
    "UPDATE session SET last_seen = $1": "update",
    "DELETE FROM execution WHERE id = $1": "delete",
    "WITH over AS (SELECT id FROM code) DELETE FROM code WHERE id IN (SELECT id FROM over)": "delete",
    "WITH RECURSIVE reached (pk) AS (SELECT pk FROM user_group) SELECT pk FROM reached": "select",
    "BEGIN IMMEDIATE": "begin",
    "BEGIN READ ONLY": "begin",
    "COMMIT": "commit",
    "ROLLBACK": "commit",
    "ROLLBACK TO SAVEPOINT sa_savepoint_1": None,
    "SAVEPOINT sa_savepoint_1": None,
    "RELEASE SAVEPOINT sa_savepoint_1": None,
    "SET timezone = UTC": None,
    "": None,
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_is_what_it_does(statement: str) -> None:
    assert act_of(statement) == STATEMENTS[statement]


def test_a_script_counts_what_the_floor_is_to_do() -> None:
    script = Script(
        [Exchange(["begin", "select", "commit", "call"]), Exchange(["verify", "begin", "update", "commit"])]
    )
    assert script.statements == 2
    assert script.words() == ("2 requests, 2 statements in 2 transactions, 1 outbound call, 1 argon2 verification")
    assert Script([Exchange(["select"])]).words() == "1 request, 1 statement in 0 transactions"
