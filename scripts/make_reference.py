"""Writes docs/reference.md from the code; a test compares the two."""

import importlib
import pkgutil
from pathlib import Path

import click

import watchword
from watchword.cli import main as command
from watchword.cli.later import commands_of
from watchword.errors import WatchwordError
from watchword.events import ACTIONS
from watchword.metrics import INSTRUMENTS
from watchword.metrics.throttles import LIMITS
from watchword.model.fields import fields_of
from watchword.settings import SETTINGS
from watchword.stages.catalogue import CATALOGUE
from watchword.traces.attributes import ATTRIBUTES

FILE = Path(__file__).parents[1] / "docs" / "reference.md"


def reference() -> str:
    return "\n".join(
        [
            "# Reference",
            "",
            "Made from the code by `python scripts/make_reference.py`.",
            *_settings(),
            *_commands(),
            *_errors(),
            *_events(),
            *_metrics(),
            *_models(),
            "",
        ]
    )


def _settings() -> list[str]:
    rows = [f"| `{info.name}` | {info.default and f'`{info.default}`'} | {info.help} |" for info in SETTINGS]
    return ["", "## Settings", "", "| variable | default | what it does |", "|---|---|---|", *rows]


def _commands() -> list[str]:
    rows = [f"| `{path}` | {text} |" for path, text in _walk(command, "watchword")]
    return ["", "## Commands", "", "| command | what it does |", "|---|---|", *rows]


def _walk(current: click.Command, path: str) -> list[tuple[str, str]]:
    if isinstance(current, click.Group):
        return [row for name, one in sorted(commands_of(current).items()) for row in _walk(one, f"{path} {name}")]
    words = [path, *(f"[{option.opts[0]}]" for option in current.params if isinstance(option, click.Option))]
    words[1:1] = [_written(argument) for argument in current.params if isinstance(argument, click.Argument)]
    return [(" ".join(words), (current.help or "").splitlines()[0])]


def _written(argument: click.Argument) -> str:
    name = str(argument.name).upper()
    return name if argument.required else f"[{name}]"


def _errors() -> list[str]:
    rows = sorted({f"| `{cls.code}` | {cls.status} | {_first_line(cls)} |" for cls in error_classes()})
    return ["", "## Error codes", "", "| code | status | what a visitor reads |", "|---|---|---|", *rows]


def error_classes() -> list[type[WatchwordError]]:
    for module in pkgutil.walk_packages(watchword.__path__, "watchword."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, waiting = [], [WatchwordError]
    while waiting:
        cls = waiting.pop()
        found.append(cls)
        waiting += cls.__subclasses__()
    return found


def _first_line(cls: type) -> str:
    return (cls.__doc__ or "").strip().splitlines()[0]


def _events() -> list[str]:
    rows = [f"| `{action}` | {meaning} |" for action, meaning in sorted(ACTIONS.items())]
    return ["", "## Events", "", "| action | what it means |", "|---|---|", *rows]


def _metrics() -> list[str]:
    rows = [f"| `{one.name}` | {one.kind} | {_labels(one.labels)} | {one.says} |" for one in INSTRUMENTS]
    limits = [f"| `{name}` | {meaning} |" for name, meaning in LIMITS.items()]
    spans = [f"| `{name}` |" for name in ATTRIBUTES.values()]
    return [
        *["", "## Metrics", "", "At `/-/metrics/`; [how to read them](metrics.md).", ""],
        *["| name | type | labels | what it says |", "|---|---|---|---|", *rows],
        *["", "Beside them stand the `process_` metrics that every Prometheus client has: memory, time, open files."],
        *["", "### Limits", "", "The label `limit`.", "", "| limit | what it bounds |", "|---|---|", *limits],
        *[
            "",
            "### Spans",
            "",
            "All that a span for OpenTelemetry says.",
            "",
            "| attribute |",
            "|---|",
            *spans,
        ],
    ]


def _labels(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _models() -> list[str]:
    lines = ["", "## Models", "", "What blueprints can make. Fields with a star are required."]
    for name, cls in sorted(CATALOGUE.items()):
        lines += ["", f"### `{name}`", "", _first_line(cls), "", "| field | what it is |", "|---|---|"]
        for info in fields_of(cls):
            star = "*" if info.required else ""
            words = f"{info.title}. {info.help}".strip().replace("|", "\\|").replace("\n", " ")
            lines.append(f"| `{info.name}`{star} | {words} |")
    return lines


if __name__ == "__main__":
    FILE.write_text(reference())
