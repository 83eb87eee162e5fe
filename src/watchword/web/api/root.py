"""What the server is: for clients that ask before they do anything."""

import msgspec

from watchword import __version__
from watchword.web.api.call import Call
from watchword.web.api.operation import Operation

CACHE_SECONDS = 300


class ErrorReportingConfig(msgspec.Struct, kw_only=True):
    """Watchword reports nothing to anybody."""

    enabled: bool = False
    sentry_dsn: str = ""
    environment: str = "watchword"
    send_pii: bool = False
    traces_sample_rate: float = 0.0


class Config(msgspec.Struct, kw_only=True):
    """Of what a server can do beyond the least, Watchword can nothing that old clients have a word for."""

    error_reporting: ErrorReportingConfig
    capabilities: list[str]
    cache_timeout: int = CACHE_SECONDS
    cache_timeout_flows: int = CACHE_SECONDS
    cache_timeout_policies: int = CACHE_SECONDS


class Version(msgspec.Struct, kw_only=True):
    """Watchword's own version. It never asks anybody for a newer one."""

    version_current: str
    version_latest: str
    version_latest_valid: bool
    build_hash: str
    outdated: bool
    outpost_outdated: bool


async def _config(_: Call) -> Config:
    return Config(error_reporting=ErrorReportingConfig(), capabilities=[])


async def _version(_: Call) -> Version:
    return Version(
        version_current=__version__,
        version_latest=__version__,
        version_latest_valid=False,
        build_hash="",
        outdated=False,
        outpost_outdated=False,
    )


OPERATIONS = (
    Operation(
        id="root_config_retrieve",
        method="GET",
        path="/root/config/",
        summary="Show what the server can do.",
        handle=_config,
        answer=Config,
        access="anyone",
    ),
    Operation(
        id="admin_version_retrieve",
        method="GET",
        path="/admin/version/",
        summary="Show the server's version.",
        handle=_version,
        answer=Version,
    ),
)
