"""What the sign-in says for as long as nobody could administer: where whoever runs the server finds the way in."""

from watchword.flows.visit import Visit
from watchword.storage.users import can_be_administered
from watchword.web.state import house_of
from watchword.web.types import WebRequest

NOBODY_YET = (
    "This server has no administrator yet. If you run it, open the link that “watchword serve” printed when it started."
)


async def nobody_yet(request: WebRequest, visit: Visit, slug: str) -> str:
    """ "" on every other page, and for whoever is signed in."""
    services = house_of(request).services
    flow = services.configuration.snapshot.flow(slug)
    if visit.user is not None or flow is None or flow.designation != "authentication":
        return ""
    return "" if await services.database.read(can_be_administered) else NOBODY_YET
