"""From the environment to `Settings`; every problem is told at once, each with its fix."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from watchword.errors import SettingsInvalid
from watchword.settings import secret_key
from watchword.settings.table import PREFIX, SETTINGS, SettingInfo
from watchword.settings.values import Settings

_FILE = "_FILE"
_DATABASE = "watchword.db"
_KNOWN = [name.removeprefix(PREFIX) for info in SETTINGS for name in (info.name, info.name + _FILE)]
_TESTS = "TEST_"
"""Begins the names that belong to the test suite."""

# Kubernetes tells every pod about every Service in variables named after it, so also about one called "watchword".
# A plain ..._PORT is a name that people make up too; the value tells.
_KUBERNETES = re.compile(
    r".+_SERVICE_(HOST|PORT)(_\w+)?=.*"
    r"|.+_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?=.*"
    r"|.+_PORT=(tcp|udp|sctp)://.*"
)


def load(environ: Mapping[str, str], **overrides: Any) -> Settings:
    """Reads the environment; `overrides`, by field, win over it, as text or as values; None means not given.

    An empty variable counts as unset. With the embedded database, the data directory and the secret key in it are
    made where they are missing. Raises `SettingsInvalid`, one sentence a line, and TypeError for an unknown override.
    """
    return _with_key(_read(environ, overrides))


def look(environ: Mapping[str, str], **overrides: Any) -> Settings:
    """The same, and makes nothing: `secret_key` is "" where none was made yet. For whoever only looks."""
    settings = _unmade(_read(environ, overrides))
    if not settings.embedded:
        return settings
    if settings.secret_key:
        return _agreed(settings)
    return _from_files(settings, secret_key.kept(settings.data_dir) or "")


def _read(environ: Mapping[str, str], overrides: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := overrides.keys() - {info.field for info in SETTINGS}:
        raise TypeError(f"There is no setting {', '.join(sorted(unknown))}.")
    problems = list(_unknown(environ))
    values: dict[str, Any] = {}
    for info in SETTINGS:
        try:
            values[info.field] = _value(info, environ, overrides.get(info.field))
        except ValueError as error:
            problems.append(f"{info.name} {error}")
    if problems:
        raise SettingsInvalid("\n".join(problems))
    values["database_url"] = values["database_url"] or f"sqlite:///{values['data_dir'].absolute() / _DATABASE}"
    values["trusted_proxies"] = values["trusted_proxies"] or ()
    values["redirect_origins"] = values["redirect_origins"] or ()
    return values


def _value(info: SettingInfo, environ: Mapping[str, str], override: Any) -> Any:
    if override is not None and not isinstance(override, str):
        return override
    text = override if override is not None else _text(info, environ)
    return info.read(text) if text else None


def _text(info: SettingInfo, environ: Mapping[str, str]) -> str:
    given, file = environ.get(info.name, ""), environ.get(info.name + _FILE, "")
    if given and file:
        raise ValueError(f"and {info.name}{_FILE} are both set. Unset one of them.")
    return _content(file) if file else given or info.default


def _content(file: str) -> str:
    try:
        text = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"cannot be read from {file}. Name a text file that this user can read.") from None
    if not text:
        raise ValueError(f"cannot be read from {file}, which is empty. Write the value into it.")
    return text


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    for name, value in sorted(environ.items()):
        rest = name.removeprefix(PREFIX)
        if rest == name or rest in _KNOWN or rest.startswith(_TESTS) or _KUBERNETES.fullmatch(f"{name}={value}"):
            continue
        close = get_close_matches(rest, _KNOWN, n=1)
        yield f"{name} is not a setting. " + (f"Did you mean {PREFIX}{close[0]}?" if close else "Remove it.")


def _unmade(values: dict[str, Any]) -> Settings:
    settings = Settings(**{**values, "secret_key": values["secret_key"] or ""})
    if not settings.embedded and not settings.secret_key:
        raise SettingsInvalid(
            "WATCHWORD_SECRET_KEY must be set with PostgreSQL, for all servers share one. "
            "Make one with: openssl rand -hex 32"
        )
    return settings


def _with_key(values: dict[str, Any]) -> Settings:
    settings = _unmade(values)
    if not settings.embedded:
        return settings
    secret_key.prepare(settings.data_dir)
    if not settings.secret_key:
        return _from_files(settings, secret_key.keep_one(settings.data_dir))
    return _agreed(settings)


def _from_files(settings: Settings, key: str) -> Settings:
    """The previous key too, where a rotation has not ended."""
    previous = settings.secret_key_previous or secret_key.previous(settings.data_dir)
    return msgspec.structs.replace(settings, secret_key=key, secret_key_previous=previous)


def _agreed(settings: Settings) -> Settings:
    """Raises `SettingsInvalid` where the directory keeps a key that is none of those that were given."""
    kept = secret_key.kept(settings.data_dir)
    if not kept or kept in (settings.secret_key, settings.secret_key_previous):
        return settings
    raise SettingsInvalid(
        f"WATCHWORD_SECRET_KEY differs from the key kept in {settings.data_dir / secret_key.FILE_NAME}, which the "
        "stored secrets were sealed with. Unset it, or give it the value kept there, then remove the file."
    )
