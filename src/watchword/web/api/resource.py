"""A resource: one model of the configuration, and its operations, all made of the same few facts."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import msgspec

from watchword.administration.objects import change_object, create_object, delete_object, found_in
from watchword.errors import NotFound
from watchword.model.base import ConfigObject
from watchword.model.input import read_fields
from watchword.model.usage import uses
from watchword.model.words import within_a_sentence
from watchword.web.api.call import Answer, Call
from watchword.web.api.configuration_filters import Filter
from watchword.web.api.endpoints import Endpoints
from watchword.web.api.filtering import matching, ordered, parameters, searched
from watchword.web.api.listing import cut, envelope, window
from watchword.web.api.operation import Operation, Parameter
from watchword.web.api.used_by import used_by_line

C = TypeVar("C", bound=ConfigObject)

Show = Callable[[Call, Sequence[Any]], Awaitable[list[dict[str, Any]]]]
Search = Callable[[Call, Any], Sequence[str]]
"""The texts that a search looks through."""

Prepare = Callable[[Call, dict[str, Any]], dict[str, Any]]


def by_name(_: Call, obj: Any) -> Sequence[str]:
    return [obj.name]


FORCE = Parameter(name="force", schema={"type": "boolean"}, help="Delete the devices enrolled at the stage too.")


@dataclass(frozen=True, kw_only=True)
class Resource(Generic[C]):
    """`id` begins the operations' ids; `part` names the path's last part, by which the field `key` is looked up.

    `view` is what is answered, made by `show`; `prepare` reads more than the fields out of a body. Of a resource
    that is `abstract` objects are made elsewhere, each by its type.
    """

    cls: type[C]
    id: str
    path: str
    part: str
    view: type[msgspec.Struct]
    show: Show
    key: str = "pk"
    aliases: tuple[str, ...] = ()
    search: Search = by_name
    order: tuple[str, ...] = ("name",)
    filters: tuple[Filter, ...] = ()
    prepare: Prepare = lambda _, given: given
    forcible: bool = False
    abstract: bool = False

    @property
    def noun(self) -> str:
        return self.cls.verbose_name

    def operations(self) -> list[Operation]:
        made = Endpoints(
            id=self.id,
            path=self.path,
            part=self.part,
            noun=within_a_sentence(self.noun),
            model=self.cls.__name__,
            view=self.view,
        )
        gone = f"Delete one {made.noun}, with the bindings that refer to it."
        reading = [
            made.list(self.page, self._parameters()),
            made.retrieve(self.retrieve),
            made.destroy(self.destroy, gone, query=(FORCE,) if self.forcible else ()),
            made.used_by(self.used_by),
        ]
        if self.abstract:
            return reading
        return [
            *reading,
            made.create(self.create, self.cls),
            made.update(self.update, self.cls),
            made.partial_update(self.partial_update, self.cls),
        ]

    def _parameters(self) -> tuple[Parameter, ...]:
        special = tuple(parameter for parameter, _ in self.filters)
        names = {parameter.name for parameter in special}
        derived = parameters(self.cls, self.aliases)
        return (*special, *(parameter for parameter in derived if parameter.name not in names))

    def find(self, call: Call) -> C:
        """The object that the path names. Raises `NotFound`."""
        snapshot = call.services.configuration.snapshot
        if self.key == "pk":
            return found_in(snapshot, self.cls, call.uuid(self.part, self.cls.__name__))
        found = snapshot.find(self.cls, **{self.key: call.part(self.part)})
        if found is None:
            raise NotFound(f"No {self.cls.__name__} matches the given query.")
        return found

    async def page(self, call: Call) -> Any:
        chosen, query = window(call), call.query()
        special = [
            make(call, parameter.name, text)
            for parameter, make in self.filters
            if (text := query.pop(parameter.name, [""])[-1])
        ]
        found = matching(call.services.configuration.snapshot.all(self.cls), self.cls, query, self.aliases)
        found = [obj for obj in found if all(passes(obj) for passes in special)]
        found = searched(found, call.option("search"), partial(self.search, call))
        found = ordered(found, call.option("ordering"), self.cls, self.order)
        return envelope(chosen, len(found), await self.show(call, cut(chosen, found)))

    async def retrieve(self, call: Call) -> Answer:
        return await self._answer(call, self.find(call))

    async def create(self, call: Call) -> Answer:
        given = self.prepare(call, await call.body())
        values = read_fields(self.cls, given)
        return await self._answer(call, await create_object(call.services, self.cls, values, by=call.author))

    async def update(self, call: Call) -> Answer:
        return await self._change(call, whole=True)

    async def partial_update(self, call: Call) -> Answer:
        return await self._change(call, whole=False)

    async def _change(self, call: Call, *, whole: bool) -> Answer:
        found = self.find(call)
        given = self.prepare(call, await call.body())
        # A secret is kept when it is left out, so it is not missed where the whole is sent either.
        values = read_fields(self.cls, given, partial=not whole)
        changed = await change_object(
            call.services, self.cls, found.pk, values, by=call.author, check=partial(self._check, call)
        )
        return await self._answer(call, changed)

    async def destroy(self, call: Call) -> None:
        found = self.find(call)
        await delete_object(
            call.services,
            self.cls,
            found.pk,
            by=call.author,
            check=partial(self._check, call),
            force=call.flag("force"),
        )

    async def used_by(self, call: Call) -> Any:
        found = self.find(call)
        return [used_by_line(use) for use in uses(call.services.configuration.snapshot.objects(), found.pk)]

    def _check(self, call: Call, found: C) -> None:
        call.check_unchanged(self.etag(call, found))

    def etag(self, call: Call, obj: C) -> str:
        return call.etag(obj.model, obj)

    async def _answer(self, call: Call, obj: C) -> Answer:
        [shown] = await self.show(call, [obj])
        return Answer(value=shown, etag=self.etag(call, obj))
