"""What the client itself can do, so that nobody takes its limit for a server's."""

from benchmarks.acts import Script
from benchmarks.connection import Connection
from benchmarks.floor.app import EMPTY
from benchmarks.house import House
from benchmarks.load import CLIENTS, Effort, requests, timed
from benchmarks.table import Line


async def lines(house: House, effort: Effort) -> list[Line]:
    """Against a handler that does nothing."""
    scripts: dict[str, Script] = {}
    with house.floor(scripts) as server:
        visits = [requests(await Connection.open(server.port), [EMPTY]) for _ in range(CLIENTS)]
        await timed([server], visits, effort.seconds)
        found = await timed([server], visits, effort.seconds)
    note = "no figure of a server below is limited by it while it is well above"
    return [Line("the client, at a handler that does nothing", floor=f"{found.rate:,.0f} /s", note=note)]
