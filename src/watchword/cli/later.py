"""A group of commands that are imported when they are called."""

import gc
import sys
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

import rich_click as click
from click import Command, Context, Group


class Later(NamedTuple):
    """Where a command stands, as `module:name` below this package, and the first sentence of its help."""

    place: str
    help: str

    def fetch(self) -> Command:
        place, _, name = self.place.partition(":")
        command: Command = getattr(_imported(f"{__package__}.{place}"), name)
        return command


def _imported(name: str) -> ModuleType:
    """What modules define is kept as long as the process lives. Python's collector would look through all of it again
    and again while it grows, which is a fifth of the time that importing takes; now it never does.
    """
    if name in sys.modules:
        return sys.modules[name]
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()


class LaterGroup(click.RichGroup):
    """Its `commands` are only named, with what is said of them; the one that is called is imported. All together
    import the whole server, which a list of commands does not need.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._later: dict[str, Later] = {}

    def add_later(self, name: str, about: Later) -> None:
        self._later[name] = about
        self.add_command(click.RichCommand(name=name, help=about.help))

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, self._later[name].fetch() if name in self._later else command, rest

    def fetch(self) -> dict[str, Command]:
        return {**self.commands, **{name: about.fetch() for name, about in self._later.items()}}


def commands_of(group: Group) -> dict[str, Command]:
    """The commands themselves, also where they are imported later."""
    return group.fetch() if isinstance(group, LaterGroup) else dict(group.commands)
