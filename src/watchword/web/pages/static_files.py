"""The pages' own files; their addresses change with their content, so browsers may keep them."""

from pathlib import Path
from typing import Any

from litestar.datastructures import CacheControlHeader
from litestar.file_system import BaseLocalFileSystem
from litestar.router import Router
from litestar.static_files import create_static_files_router
from litestar.types import PathType
from litestar.types.file_types import FileInfo

STATIC = Path(__file__).parent / "static"

_YEAR = 31_536_000


class _Files(BaseLocalFileSystem):
    async def info(self, path: PathType, **kwargs: Any) -> FileInfo:
        """Raises FileNotFoundError also for what can be no file's name: a NUL in it, or too many letters."""
        try:
            return await super().info(path, **kwargs)
        except (OSError, ValueError):
            raise FileNotFoundError(path) from None


def static_files() -> Router:
    return create_static_files_router(
        path="/static",
        directories=[STATIC],
        file_system=_Files(),
        cache_control=CacheControlHeader(public=True, max_age=_YEAR, immutable=True),
        send_as_attachment=False,
        include_in_schema=False,
    )
