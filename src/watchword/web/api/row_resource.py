"""A resource that stands in an ordinary table: its operations, made of a few units of work."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Literal, TypeVar

import msgspec
from sqlalchemy import Connection

from watchword.administration.rows import remove_row
from watchword.administration.versions import one_at_a_time
from watchword.model.input import read_fields
from watchword.model.usage import row_uses
from watchword.storage.listing import Wanted
from watchword.storage.rows import Row
from watchword.web.api.call import Answer, Call
from watchword.web.api.endpoints import Endpoints
from watchword.web.api.listing import envelope, window
from watchword.web.api.operation import Access, Operation, Parameter
from watchword.web.api.row_filters import RowFilter, parameters_of, wanted
from watchword.web.api.used_by import UsedBy, used_by_line

R = TypeVar("R", bound=Row)

Values = dict[str, Any]
Create = Callable[[Connection, Call, Values], R]
Change = Callable[[Connection, Call, R, Values], R]
Remove = Callable[[Connection, Call, R], None]


@dataclass(frozen=True, kw_only=True)
class RowResource(Generic[R]):
    """`get` finds what the path names, and raises `NotFound` for what the caller may not see. What is None cannot be
    done.
    """

    id: str
    path: str
    part: str
    noun: str
    name: str
    view: Any
    get: Callable[[Connection, Call], R]
    page: Callable[[Connection, Call, Wanted], tuple[int, list[R]]]
    show: Callable[[Connection, Call, Sequence[R]], list[Any]]
    access: Access = "superuser"
    filters: tuple[RowFilter, ...] = ()
    orders: Mapping[str, str] = field(default_factory=dict)
    """Columns by the names that `ordering` knows."""
    order: str = ""
    more: tuple[Parameter, ...] = ()
    """Of the list's query, read by `page` and `show`."""
    form: type[msgspec.Struct] | None = None
    create: Create[R] | None = None
    change: Change[R] | None = None
    remove: Remove[R] | None = None
    row: Literal["user", "group"] | None = None
    """Whether the configuration may refer to one, and as what: then that goes with it."""
    key: Callable[[R], Any] = lambda _: None
    has_used_by: bool = True
    sensitive: bool = False
    """Whether removing one takes a fresh proof of who it is."""

    def operations(self) -> list[Operation]:
        made = Endpoints(
            id=self.id,
            path=self.path,
            part=self.part,
            noun=self.noun,
            model=self.name,
            view=self.view,
            access=self.access,
        )
        found = [made.list(self._list, (*parameters_of(self.filters), *self.more)), made.retrieve(self._retrieve)]
        if self.has_used_by:
            found.append(made.used_by(self._used_by))
        if self.remove:
            found.append(made.destroy(partial(self._destroy, self.remove), sensitive=self.sensitive))
        return [*found, *(self._writing(made, self.form) if self.form else [])]

    def _writing(self, made: Endpoints, form: type[msgspec.Struct]) -> Iterator[Operation]:
        if self.create:
            yield made.create(partial(self._create, form, self.create), form)
        if self.change:
            yield made.update(partial(self._update, form, self.change, whole=True), form)
            yield made.partial_update(partial(self._update, form, self.change, whole=False), form)

    async def _list(self, call: Call) -> Any:
        chosen = window(call)
        query = wanted(call, chosen, self.filters, self.orders, self.order)

        def work(conn: Connection) -> tuple[int, list[Any]]:
            count, rows = self.page(conn, call, query)
            return count, self.show(conn, call, rows)

        return envelope(chosen, *await call.services.database.read(work))

    async def _retrieve(self, call: Call) -> Answer:
        return await call.services.database.read(lambda conn: self._shown(conn, call, self.get(conn, call)))

    async def _create(self, form: type[msgspec.Struct], create: Create[R], call: Call) -> Answer:
        values = await call.fields(form)
        return await call.services.database.run(lambda conn: self._shown(conn, call, create(conn, call, values)))

    async def _update(self, form: type[msgspec.Struct], change: Change[R], call: Call, *, whole: bool) -> Answer:
        body = await call.body()

        def work(conn: Connection) -> Answer:
            one_at_a_time(conn)
            row = self.get(conn, call)
            values = read_fields(form, body, partial=not whole)
            self._check(call, row)
            return self._shown(conn, call, change(conn, call, row, values))

        return await call.services.database.run(work)

    async def _destroy(self, remove: Remove[R], call: Call) -> None:
        def work(conn: Connection) -> None:
            one_at_a_time(conn)
            row = self.get(conn, call)
            self._check(call, row)
            remove(conn, call, row)

        if self.row is None:
            await call.services.database.run(work)
        else:
            found = await call.services.database.read(self.get, call)
            await remove_row(call.services, self.row, self.key(found), work, by=call.author)

    async def _used_by(self, call: Call) -> list[UsedBy]:
        row = await call.services.database.read(self.get, call)
        if self.row is None:
            return []
        objects = call.services.configuration.snapshot.objects()
        return [used_by_line(use) for use in row_uses(objects, self.row, self.key(row))]

    def _check(self, call: Call, row: R) -> None:
        call.check_unchanged(call.etag(self.id, row))

    def _shown(self, conn: Connection, call: Call, row: R) -> Answer:
        [shown] = self.show(conn, call, [row])
        return Answer(value=shown, etag=call.etag(self.id, row))
