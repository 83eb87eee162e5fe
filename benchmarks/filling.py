"""Rows by the million, made by the database itself."""

from datetime import UTC, datetime

from sqlalchemy import Connection

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
DAYS = 90
"""Over which the rows of a table are spread, the newest now: as long as deliveries are kept by default."""

STAGES = 8

_PHONE = {
    "name, key_id, masked": "'SMS Device', 'key-1', '+49 ••• ••13'",
    "stage_pk": "'stage-' || (n - n / {stages} * {stages})",
    "phone_number, number_key": "'+49' || n, {number_key}",
    "confirmed, hashed, failures_in_a_row, disabled": "true, false, 0, false",
    "created, last_updated": "{now}, {now}",
}
_TABLES: dict[str, dict[str, str]] = {
    "users": {
        "uuid, username, username_key, name": "'uuid-' || n, 'user' || n, 'user' || n, ''",
        "email, email_key, upn_key": "'', 'user' || n || '@example.org', NULL",
        "is_active, attributes, path, type": "true, '{{}}', 'users', 'external'",
        "date_joined": "{moment}",
    },
    "sms_device": {"user_id": "n", **_PHONE},
    "totp_device": {
        "user_id, stage_pk, name, confirmed": "n, 'totp', '', true",
        "created, last_updated, failures_in_a_row, disabled": "{moment}, {moment}, 0, false",
        "secret, digits": "{bytes}, 6",
    },
    "static_device": {
        "user_id, stage_pk, name, confirmed": "n, 'static', '', true",
        "created, last_updated, failures_in_a_row, disabled": "{moment}, {moment}, 0, false",
    },
    "token": {
        "pk, identifier, user_id, intent": "'pk-' || n, 'token-' || n, n, 'api'",
        "description, key_hash, expiring, created": "'', 'key-' || n, false, {moment}",
    },
    "session": {
        "token_hash, created, expires, last_seen": "'token-' || n, {moment}, {later}, {moment}",
        "user_id": "CASE n - n / 4 * 4 WHEN 0 THEN n END",
        "user_agent, address, data": "'', '192.0.2.1', '{{}}'",
    },
    "execution": {
        "id, session_id, flow_pk, version": "'run-' || n, n, 'flow', 1",
        "state, created, expires": "{bytes}, {moment}, {later}",
    },
    "code": {
        "purpose, subject, number_key, code_hash": "'sms-enrolment', 'run-' || n, 'number-' || n, 'hash'",
        "created, expires, tries_left, state": "{moment}, {moment}, 5, 'used'",
    },
    "throttle": {"key, hits, expires": "'sms:number:' || n, '[]', {later}"},
    "delivery": {
        "created, gateway, masked, purpose": "{moment}, 'twilio', '', 'enrolment'",
        "segments, duration_ms, country": "1, 9, 'DE'",
        "stage_pk": "'stage-' || (n - n / {stages} * {stages})",
        "user_id, code_id, provider_id": "n / 3 + 1, n, 'message-' || n",
        "outcome": "CASE n - n / 50 * 50 WHEN 0 THEN 'failed' ELSE 'sent' END",
    },
    "event": {
        "username, client_ip, message, context, uuid": "'', '', '', '{{}}', 'event-' || n",
        "user_id, created": "n / 3 + 1, {moment}",
        "action": "CASE n - n / 3 * 3 WHEN 0 THEN 'login' WHEN 1 THEN 'logout' ELSE 'sms_send_failed' END",
    },
}
TABLES = tuple(_TABLES)

_INSERT = {
    "sqlite": "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) "
    "INSERT INTO {table} ({columns}) SELECT {values} FROM numbers",
    "postgresql": "INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(1, {count}) n",
}
_WORDS = {
    "sqlite": {
        "now": "'{now}'",
        "moment": "strftime('%Y-%m-%d %H:%M:%f000', '{now}', '-' || (({count} - n) * {step}) || ' seconds')",
        "later": "strftime('%Y-%m-%d %H:%M:%f000', '{now}', '+' || (n * {step}) || ' seconds')",
        "bytes": "x'00'",
        "number_key": "printf('%016x', n) || '{rest}'",
    },
    "postgresql": {
        "now": "timestamptz '{now}+00'",
        "moment": "timestamptz '{now}+00' - ({count} - n) * {step} * interval '1 second'",
        "later": "timestamptz '{now}+00' + n * {step} * interval '1 second'",
        "bytes": "'\\x00'::bytea",
        "number_key": "lpad(to_hex(n), 16, '0') || '{rest}'",
    },
}
_REST = "5" * 48


def number_key(number: int) -> str:
    """Of the device of that user: 64 digits, as a keyed hash has."""
    return f"{number:016x}{_REST}"


def fill(conn: Connection, table: str, count: int) -> None:
    """Rows 1 to `count`; whatever they refer to must not be checked meanwhile."""
    dialect, step = conn.dialect.name, DAYS * 86_400 / count
    given = {"now": NOW.replace(tzinfo=None).isoformat(" "), "count": count, "step": step, "rest": _REST}
    words = {name: text.format(**given) for name, text in _WORDS[dialect].items()}
    columns, values = ", ".join(_TABLES[table]), ", ".join(_TABLES[table].values())
    made = values.format(**words, stages=STAGES)
    conn.exec_driver_sql(_INSERT[dialect].format(table=table, columns=columns, values=made, count=count))


def unchecked(conn: Connection) -> None:
    """For the transaction on PostgreSQL: references are not looked up, and nothing takes too long. On SQLite a
    connection is opened so.
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
