"""The secret key that an installation with the embedded database makes for itself."""

import os
import secrets
import time
from pathlib import Path

from watchword.errors import SettingsInvalid

FILE_NAME = "secret_key"
PREVIOUS_NAME = "secret_key.previous"
"""Holds the key before, while keys are rotated."""
_MIN_LENGTH = 32
_PATIENCE = 2.0
"""Seconds to wait for another process that is just writing the file; it takes it a millisecond."""


def prepare(data_dir: Path) -> None:
    """Makes the directory, for its owner only; raises `SettingsInvalid` where that fails."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsInvalid(
            f"WATCHWORD_DATA_DIR: {data_dir} cannot be made ({error.strerror}). Name a directory that can be written."
        ) from None


def kept(data_dir: Path) -> str | None:
    """The key in the directory, or None where there is none."""
    return _content(data_dir / FILE_NAME)


def previous(data_dir: Path) -> str | None:
    """The one before, while keys are rotated."""
    return _content(data_dir / PREVIOUS_NAME)


def _content(file: Path) -> str | None:
    try:
        return file.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise SettingsInvalid(f"{file} cannot be read. Make it readable for this user.") from None


def begin_rotation(data_dir: Path) -> None:
    """Puts a new key in the place of the one that is kept, which becomes the previous one.

    Both files are whole at every moment, and the same again goes on where it was interrupted; where there is a previous
    key by now, nothing is done. For whoever has the database alone.
    """
    present, before = kept(data_dir), previous(data_dir)
    if not present or (before and before != present):
        return
    try:
        _replace(data_dir, PREVIOUS_NAME, present)
        _replace(data_dir, FILE_NAME, secrets.token_urlsafe(48))
    except OSError as error:
        raise _unwritable(data_dir, error) from None


def end_rotation(data_dir: Path, key_id: str) -> Path | None:
    """Returns where the previous key, whose id is given, is kept for backups made before; None where there is none."""
    file, aside = data_dir / PREVIOUS_NAME, data_dir / f"{FILE_NAME}.{key_id}"
    if not file.exists():
        return None
    os.replace(file, aside)
    return aside


def _replace(data_dir: Path, name: str, key: str) -> None:
    partial = data_dir / f".{name}.partial"
    partial.unlink(missing_ok=True)
    _write_through(data_dir, os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), f"{key}\n".encode())
    os.replace(partial, data_dir / name)
    _sync(data_dir)


def _sync(data_dir: Path) -> None:
    directory = os.open(data_dir, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def keep_one(data_dir: Path) -> str:
    """The key in the directory, made if there is none; of processes that start at once, all get the same."""
    key = secrets.token_urlsafe(48)
    try:
        file = os.open(data_dir / FILE_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _wait_for(data_dir)
    except OSError as error:
        raise _unwritable(data_dir, error) from None
    try:
        _write_through(data_dir, file, f"{key}\n".encode())
    except OSError as error:
        (data_dir / FILE_NAME).unlink()
        raise _unwritable(data_dir, error) from None
    return key


def _write_through(data_dir: Path, file: int, content: bytes) -> None:
    """To the disk, and its directory entry too, before anything is sealed with the key."""
    try:
        os.write(file, content)
        os.fsync(file)
        _sync(data_dir)
    finally:
        os.close(file)


def _unwritable(data_dir: Path, error: OSError) -> SettingsInvalid:
    return SettingsInvalid(
        f"{data_dir / FILE_NAME} cannot be written ({error.strerror}). "
        "Make the directory writable, or set WATCHWORD_SECRET_KEY."
    )


def _wait_for(data_dir: Path) -> str:
    until = time.monotonic() + _PATIENCE
    while len(key := kept(data_dir) or "") < _MIN_LENGTH:
        if time.monotonic() > until:
            raise SettingsInvalid(
                f"{data_dir / FILE_NAME} holds no whole key. Restore it from a backup; if nothing was stored yet, "
                "remove the file."
            )
        time.sleep(0.01)
    return key
