"""The blueprints that come with Watchword, by name: `default`, `demo`, `enrollment`, ..."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_SUFFIX = ".yaml"


def _folder() -> Traversable:
    return files("watchword.blueprints").joinpath("shipped")


def shipped_names() -> list[str]:
    return sorted(file.name.removesuffix(_SUFFIX) for file in _folder().iterdir() if file.name.endswith(_SUFFIX))


def shipped_text(name: str) -> str:
    """Raises KeyError for a name that is none of `shipped_names`."""
    if name not in shipped_names():
        raise KeyError(name)
    return _folder().joinpath(name + _SUFFIX).read_text(encoding="utf-8")


def changed_at(name: str) -> int:
    """In seconds since 1970; 0 where Watchword runs out of an archive."""
    file = Path(str(_folder().joinpath(name + _SUFFIX)))
    return int(file.stat().st_mtime) if file.is_file() else 0
