"""The seven operations that a kind of objects may have; each kind says who handles which."""

from dataclasses import dataclass
from typing import Any

import msgspec

from watchword.web.api.listing import ORDERING, PAGING, SEARCH
from watchword.web.api.operation import Access, Handler, Operation, Parameter
from watchword.web.api.shapes import page_type, request_type
from watchword.web.api.used_by import UsedBy


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """`id` begins authentik's operation ids, `path` is the list's, `part` names the part that picks one; `noun` is
    what a person calls one, and `model` what the types of its requests are named after.
    """

    id: str
    path: str
    part: str
    noun: str
    model: str
    view: type[msgspec.Struct]
    access: Access = "superuser"

    def list(self, handle: Handler, query: tuple[Parameter, ...]) -> Operation:
        return self._operation(
            "list",
            "GET",
            "",
            f"List every {self.noun}.",
            handle,
            answer=page_type(self.view),
            query=(*query, SEARCH, ORDERING, *PAGING),
        )

    def retrieve(self, handle: Handler) -> Operation:
        return self._operation("retrieve", "GET", self._one, f"Show one {self.noun}.", handle, answer=self.view)

    def used_by(self, handle: Handler) -> Operation:
        summary = f"List what refers to one {self.noun}."
        return self._operation("used_by_list", "GET", f"{self._one}used_by/", summary, handle, answer=list[UsedBy])

    def create(self, handle: Handler, form: type[msgspec.Struct]) -> Operation:
        summary, body = f"Create one {self.noun}.", request_type(f"{self.model}Request", form)
        return self._operation("create", "POST", "", summary, handle, body=body, answer=self.view, status=201)

    def update(self, handle: Handler, form: type[msgspec.Struct]) -> Operation:
        summary = f"Change one {self.noun}; optional fields that are left out stay."
        body = request_type(f"{self.model}Request", form)
        return self._operation("update", "PUT", self._one, summary, handle, body=body, answer=self.view, guarded=True)

    def partial_update(self, handle: Handler, form: type[msgspec.Struct]) -> Operation:
        summary = f"Change some fields of one {self.noun}."
        body = request_type(f"Patched{self.model}Request", form, partial=True)
        return self._operation(
            "partial_update", "PATCH", self._one, summary, handle, body=body, answer=self.view, guarded=True
        )

    def destroy(self, handle: Handler, summary: str = "", **more: Any) -> Operation:
        said = summary or f"Delete one {self.noun}."
        return self._operation("destroy", "DELETE", self._one, said, handle, status=204, guarded=True, **more)

    @property
    def _one(self) -> str:
        return f"{{{self.part}}}/"

    def _operation(self, id: str, method: Any, below: str, summary: str, handle: Handler, **more: Any) -> Operation:
        return Operation(
            id=f"{self.id}_{id}",
            method=method,
            path=f"{self.path}/{below}",
            summary=summary,
            handle=handle,
            access=self.access,
            **more,
        )
