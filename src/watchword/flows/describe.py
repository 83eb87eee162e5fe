"""The part of a challenge that describes its flow."""

from watchword.flows.challenge import FlowInfo
from watchword.flows.redirects import cancel_url
from watchword.flows.run import Run

DEFAULT_BACKGROUND = "/static/dist/assets/images/flow_background.jpg"
"""authentik's; its clients compare it to the letter."""


async def flow_info(run: Run) -> FlowInfo:
    return FlowInfo(
        title=_title(run.flow.title, app=run.visit.host, user=await run.user_label()),
        background=run.flow.background or DEFAULT_BACKGROUND,
        cancel_url=cancel_url(run.execution.next),
        layout=run.flow.layout,
    )


def _title(title: str, **values: str) -> str:
    """`%(app)s` and `%(user)s` filled in; a title that is no format is shown as it stands."""
    try:
        return title % values
    except (TypeError, ValueError, KeyError):
        return title
