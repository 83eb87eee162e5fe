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
from watchword.model.usage import Use, UsedByAction, uses
from watchword.web.api.call import Answer, Call
from watchword.web.api.configuration_filters import Filter
from watchword.web.api.filtering import matching, ordered, parameters, searched
from watchword.web.api.listing import ORDERING, PAGING, SEARCH, cut, envelope, window
from watchword.web.api.operation import Operation, Parameter
from watchword.web.api.shapes import page_type, request_type

C = TypeVar("C", bound=ConfigObject)

Show = Callable[[Call, Sequence[Any]], Awaitable[list[dict[str, Any]]]]
Search = Callable[[Call, Any], Sequence[str]]
"""The texts that a search looks through."""

Prepare = Callable[[Call, dict[str, Any]], dict[str, Any]]


def by_name(_: Call, obj: Any) -> Sequence[str]:
    return [obj.name]


class UsedBy(msgspec.Struct, kw_only=True):
    """An object that refers to this one, and what becomes of the reference when this one is deleted."""

    app: str
    model_name: str
    pk: str
    name: str
    action: UsedByAction


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
        one, what = f"{self.path}/{{{self.part}}}/", _lower(self.noun)
        name = self.cls.__name__
        reading = [
            Operation(
                id=f"{self.id}_list",
                method="GET",
                path=f"{self.path}/",
                summary=f"List every {what}.",
                handle=self.page,
                answer=page_type(self.view),
                query=(*self._parameters(), SEARCH, ORDERING, *PAGING),
            ),
            Operation(
                id=f"{self.id}_retrieve",
                method="GET",
                path=one,
                summary=f"Show one {what}.",
                handle=self.retrieve,
                answer=self.view,
            ),
            Operation(
                id=f"{self.id}_destroy",
                method="DELETE",
                path=one,
                summary=f"Delete one {what}, with the bindings that refer to it.",
                handle=self.destroy,
                status=204,
                guarded=True,
                query=(FORCE,) if self.forcible else (),
            ),
            Operation(
                id=f"{self.id}_used_by_list",
                method="GET",
                path=f"{one}used_by/",
                summary=f"List what refers to one {what}.",
                handle=self.used_by,
                answer=list[UsedBy],
            ),
        ]
        if self.abstract:
            return reading
        request = request_type(f"{name}Request", self.cls)
        patch = request_type(f"Patched{name}Request", self.cls, partial=True)
        changing = partial(Operation, path=one, answer=self.view, guarded=True)
        return [
            *reading,
            Operation(
                id=f"{self.id}_create",
                method="POST",
                path=f"{self.path}/",
                summary=f"Create one {what}.",
                handle=self.create,
                body=request,
                answer=self.view,
                status=201,
            ),
            changing(
                id=f"{self.id}_update",
                method="PUT",
                summary=f"Change one {what}; optional fields that are left out stay.",
                handle=self.update,
                body=request,
            ),
            changing(
                id=f"{self.id}_partial_update",
                method="PATCH",
                summary=f"Change some fields of one {what}.",
                handle=self.partial_update,
                body=patch,
            ),
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


def used_by_line(use: Use) -> UsedBy:
    app, model = use.user.model.split(".")
    return UsedBy(app=app, model_name=model, pk=use.user.pk, name=use.user.label, action=use.action)


def _lower(noun: str) -> str:
    """`SMS Authenticator Setup Stage` as it stands within a sentence."""
    return " ".join(word if word.isupper() else word.lower() for word in noun.split())
