"""The secret key that an installation with the embedded database makes for itself."""

import os
import secrets
import time
from pathlib import Path

from watchword.errors import SettingsInvalid

FILE_NAME = "secret_key"
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
    try:
        return (data_dir / FILE_NAME).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise SettingsInvalid(f"{data_dir / FILE_NAME} cannot be read. Make it readable for this user.") from None


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
    directory = os.open(data_dir, os.O_RDONLY)
    try:
        os.write(file, content)
        os.fsync(file)
        os.fsync(directory)
    finally:
        os.close(directory)
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
