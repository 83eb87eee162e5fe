"""Which of several flows of one designation is the one that visitors are led to."""

from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot


def default_of(snapshot: Snapshot, designation: str) -> Flow | None:
    """The first by slug; a flow in which somebody proves again who he is does not count."""
    fitting = (flow for flow in snapshot.all(Flow) if flow.designation == designation and not proves_again(flow))
    return min(fitting, key=lambda flow: flow.slug, default=None)


def proves_again(flow: Flow) -> bool:
    return flow.designation == "authentication" and flow.authentication == "require_authenticated"
