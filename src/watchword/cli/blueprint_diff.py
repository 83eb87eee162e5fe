"""`watchword blueprint diff`."""

import difflib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from watchword.blueprints.file import apply_text
from watchword.blueprints.pictures import Discreet, Hidden
from watchword.blueprints.watched import Difference, Field, Step, Watch
from watchword.cli.blueprint import context_of, host_of, read_blueprint
from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.scrub import mask_numbers
from watchword.stages.catalogue import CATALOGUE

_DIFFERENT = 2
_DONE: dict[Step, str] = {"create": "created", "change": "changed", "delete": "deleted"}
_PEOPLE = ("authentik_core.user", "authentik_core.group", "authentik_core.token")


class _Command(click.RichCommand):
    """What is mistyped is an error, as any other: the status 2 is for differences."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            error.show()
            raise SystemExit(1) from None


@click.command("diff", cls=_Command)
@click.argument("file")
@click.option("--context", "pairs", multiple=True, metavar="KEY=VALUE", help="A value for !Context; may be repeated.")
@data_dir_option
@told
def diff(file: str, pairs: tuple[str, ...], data_dir: Path | None) -> None:
    """Tell what applying a blueprint FILE would change, and change nothing.

    Ends with 0 where it would change nothing, with 2 where it would change something, and with 1 where it cannot be
    applied. Of secrets it tells only that they are others.
    """
    text = read_blueprint(file)
    settings = read_settings(data_dir)
    watch = Watch()
    lines = with_database(
        settings,
        lambda database: apply_text(
            database,
            text,
            name=file,
            catalogue=CATALOGUE,
            keyring=settings.make_keyring(),
            env=os.environ,
            context=context_of(pairs),
            author="watchword blueprint diff",
            host=host_of(settings),
            watched=settings.blueprints_dir,
            dry=True,
            watch=watch,
        ),
    )
    for difference in watch.differences:
        for line in _told(difference):
            click.echo(line)
    for advice in (advice for line in lines for advice in line.advice):
        click.echo(f"Advice: {advice}", err=True)
    click.echo(_summary(watch.differences, sum(line.action in ("unchanged", "skipped") for line in lines)))
    if watch.differences:
        raise SystemExit(_DIFFERENT)


def _summary(differences: list[Difference], unchanged: int) -> str:
    if not differences:
        return "Nothing would change."
    steps = Counter(difference.step for difference in differences)
    parts = [f"{steps[step]} would be {word}" for step, word in _DONE.items() if steps[step]]
    return f"{', '.join(parts)}; {unchanged} {'entry changes' if unchanged == 1 else 'entries change'} nothing."


def _told(difference: Difference) -> Iterator[str]:
    people = difference.model in _PEOPLE
    label = mask_numbers(difference.label) if people else difference.label
    yield f"{difference.step:<7} {difference.model} {_safe(label)}"
    for field in difference.fields:
        yield from (f"        {line}" for line in _field(field, people=people))


def _field(field: Field, *, people: bool) -> Iterator[str]:
    before, after = field.before, field.after
    if isinstance(before, Discreet) and isinstance(after, Discreet) and before.shown != after.shown:
        yield f"{field.name}: {_plain(before.shown)} → {_plain(after.shown)}"
    elif isinstance(before, Hidden):
        yield f"{field.name}: changed"
    elif isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        yield f"{field.name}:"
        lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1))[3:]
        yield from (f"  {_safe(line)}" for line in lines)
    else:
        shown = f"{_plain(before)} → {_plain(after)}"
        yield f"{field.name}: {mask_numbers(shown) if people else shown}"


def _plain(value: Any) -> str:
    return _safe(msgspec.json.encode(value, order="sorted").decode())


def _safe(text: str) -> str:
    """What a terminal would take for a command, or would turn the line round, is written out."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
