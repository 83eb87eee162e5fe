"""Lists as files: who took which away is an event, written before the first line is sent."""

from collections.abc import AsyncIterator, Mapping, Sequence

from litestar.response import Stream

from watchword.storage.events import write_event
from watchword.web.csv_export import Cells, csv_response
from watchword.web.pages.console.desk import Desk


async def export(
    desk: Desk,
    name: str,
    columns: Sequence[str],
    batches: AsyncIterator[Sequence[Cells]],
    asked: Mapping[str, str] | None = None,
) -> Stream:
    """`name` is the list's, like users; `asked` are the search and the filters that it was narrowed by."""
    now = desk.services.clock()
    narrowed = {field: value for field, value in (asked or {}).items() if value}
    await desk.services.database.run(
        write_event,
        action="data_exported",
        now=now,
        user=desk.user,
        message=f"The list of {name} was taken away as a file",
        context={"list": name, "asked": narrowed},
        client_ip=desk.visit.address,
    )
    return await csv_response(f"watchword-{name}-{now:%Y-%m-%d}", columns, batches)
