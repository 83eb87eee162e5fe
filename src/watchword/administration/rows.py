"""A user or a group goes, and with it what the configuration says of it."""

from collections.abc import Callable
from typing import Any, Literal

from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.objects import refuse_blocked
from watchword.flows.configuration import Changes
from watchword.flows.services import Services
from watchword.model.snapshot import Snapshot
from watchword.model.usage import without_rows


async def remove_row(
    services: Services, row: Literal["user", "group"], key: Any, work: Callable[[Connection], None], *, by: Author
) -> None:
    """Bindings of it go too, other references to it are emptied, all in the transaction of `work`, which deletes it."""

    def changes(snapshot: Snapshot) -> Changes:
        going = without_rows({obj.pk: obj for obj in snapshot.objects()}, row, key)
        refuse_blocked(going)
        return Changes(going.changed, [obj.pk for obj in going.removed], f"Deleted a {row}", work)

    await services.configuration.change(changes, author=by.name, now=services.clock())
