"""What every object of the configuration has."""

from collections.abc import Iterator
from typing import Annotated, ClassVar
from uuid import uuid4

import msgspec


def new_pk() -> str:
    return str(uuid4())


class ConfigObject(msgspec.Struct, frozen=True, kw_only=True):
    """An object of the configuration: a frozen value, addressed by its uuid.

    `model` is authentik's name of it; `family` says what a reference to it may be called (all
    stage types are of the family `stage`); `unique` lists the sets of fields that no two objects of one family
    may share.
    """

    model: ClassVar[str]
    family: ClassVar[str]
    verbose_name: ClassVar[str]
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("name",),)

    pk: str = msgspec.field(default_factory=new_pk)

    def problems(self) -> Iterator[tuple[str, str]]:
        """What is wrong with this object by itself, as (field, sentence); types are checked before."""
        yield from ()

    def advice(self, host: str) -> Iterator[tuple[str, str]]:  # noqa: ARG002 - few have any to give
        """What is allowed and yet better known before it is used, as (field, sentence).

        `host` is the site's name, as messages give it.
        """
        yield from ()

    @property
    def called(self) -> str:
        """What a person calls it, for messages."""
        for name in ("name", "slug"):
            if value := getattr(self, name, None):
                return str(value)
        return self.pk


class StageSettings(ConfigObject, frozen=True, kw_only=True):
    """The settings of one step of a flow; its behaviour is added by the engine's `Stage`."""

    family: ClassVar[str] = "stage"

    name: Annotated[str, msgspec.Meta(title="Name", description="For administrators.", min_length=1)]
