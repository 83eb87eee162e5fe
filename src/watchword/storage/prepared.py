"""Statements of the steps that visitors take: built once, compiled once for each database, and handed to its driver.

SQLAlchemy builds, hashes and looks up a statement at every call, and wraps what comes back: that takes thirty times
as long as SQLite needs for the answer. What is prepared here takes what a driver alone would take, and a little more.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Dialect, bindparam
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from watchword.storage.failures import of_driver
from watchword.storage.rows import Row

R = TypeVar("R", bound=Row)
T = TypeVar("T")

Convert = Callable[[Any], Any]
Build = Callable[[str], Executable]
"""For what the databases say differently: given the dialect's name."""

DRIVEN = "watchword_driven"
"""An option of engines whose transactions are begun and ended at the driver: SQLAlchemy need not think it is in one."""


def given(*names: str) -> dict[str, Any]:
    """For `values()`: each of these columns gets the value of its own name."""
    return {name: bindparam(name) for name in names}


class _Compiled:
    """A statement as one driver wants it."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._binders = {name: _to_driver(bind.type, dialect) for name, bind in binds.items()}
        self._fixed = {name: self._bound(name, bind.value) for name, bind in binds.items() if not bind.required}
        self.names = binds.keys() - self._fixed.keys()
        self._converted = [(name, bind) for name, bind in self._binders.items() if bind and name in self.names]
        columns = getattr(statement, "exported_columns", ())
        self.keys = [column.key for column in columns]
        readers = [_from_driver(column.type, dialect) for column in columns]
        self._readers = [(place, read) for place, read in enumerate(readers) if read]

    def _bound(self, name: str, value: Any) -> Any:
        bind = self._binders[name]
        return value if bind is None else bind(value)

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Raises TypeError where a value is missing, or one too many is given."""
        if values.keys() != self.names:
            raise TypeError(f"Wanted are {sorted(self.names)}, given were {sorted(values)}.")
        bound = {**self._fixed, **values}
        for name, bind in self._converted:
            bound[name] = bind(bound[name])
        return bound if self._order is None else tuple([bound[name] for name in self._order])

    def read(self, row: Sequence[Any]) -> list[Any]:
        """The values of a row, in the order of `keys`."""
        values = list(row)
        for place, convert in self._readers:
            values[place] = convert(values[place])
        return values


def _to_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Prepared:
    """Values are given by the names of the statement's parameters: all of them, and no others."""

    def __init__(self, statement: Executable | Build) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, conn: Connection, **values: Any) -> int:
        """How many rows there were to it."""
        cursor = self._executed(conn, self._for(conn.dialect), values)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def row(self, conn: Connection, **values: Any) -> list[Any] | None:
        """The first row, in the order of its columns."""
        compiled = self._for(conn.dialect)
        cursor = self._executed(conn, compiled, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else compiled.read(row)

    def one(self, conn: Connection, **values: Any) -> dict[str, Any] | None:
        """The first row, by the names of its columns."""
        row = self.row(conn, **values)
        return None if row is None else dict(zip(self._for(conn.dialect).keys, row, strict=True))

    def scalar(self, conn: Connection, **values: Any) -> Any:
        """The first column of the first row; None where there is no row."""
        row = self.row(conn, **values)
        return None if row is None else row[0]

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            statement = self._statement if isinstance(self._statement, Executable) else self._statement(dialect.name)
            compiled = self._compiled[dialect.name] = _Compiled(statement, dialect)
        return compiled

    def _executed(self, conn: Connection, compiled: _Compiled, values: Mapping[str, Any]) -> DBAPICursor:
        if not conn.in_transaction() and DRIVEN not in conn.get_execution_options():
            conn.begin()  # as SQLAlchemy does before its own statements
        parameters = compiled.parameters(values)
        cursor = conn.connection.cursor()
        for hear in conn.dispatch.before_cursor_execute:  # SQLAlchemy's hook, as for its own statements
            hear(conn, cursor, compiled.sql, parameters, None, False)
        try:
            cursor.execute(compiled.sql, parameters)
        except conn.dialect.loaded_dbapi.Error as error:
            cursor.close()
            raise of_driver(conn, error) from error
        return cursor


class PreparedRows(Prepared, Generic[R]):
    """A prepared statement whose rows are values of a class."""

    def __init__(self, cls: type[R], statement: Executable | Build) -> None:
        super().__init__(statement)
        self._cls = cls

    def first(self, conn: Connection, **values: Any) -> R | None:
        row = self.one(conn, **values)
        return None if row is None else self._cls(**row)

    def only(self, conn: Connection, **values: Any) -> R:
        """For a statement that answers exactly one row, as an INSERT ... RETURNING does."""
        row = self.first(conn, **values)
        assert row is not None  # noqa: S101 - the statement was chosen so
        return row

    def every(self, conn: Connection, **values: Any) -> list[R]:
        compiled = self._for(conn.dialect)
        cursor = self._executed(conn, compiled, values)
        rows = cursor.fetchall()
        cursor.close()
        return [self._cls(**dict(zip(compiled.keys, compiled.read(row), strict=True))) for row in rows]
