"""Codes that never came back, counted where they were issued: each once, however many servers there are."""

from datetime import datetime

from watchword.metrics.codes import CodeMetrics
from watchword.storage.codes import still_live
from watchword.storage.database import Database

AT_ONCE = 500


async def count_expired(database: Database, metrics: CodeMetrics, now: datetime) -> None:
    """Those whose life has ended since the last time. Raises `DatabaseUnavailable`."""
    while due := metrics.due(now, AT_ONCE):
        live = await database.read(still_live, [code.id for code in due])
        for code in due:
            if code.id in live:
                metrics.count(code.purpose, code.country, "expired")
