"""Which of several flows of one designation is the one that visitors are led to."""

from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot

_FOR_FEW = frozenset({"require_superuser", "require_redirect", "require_outpost", "require_token"})


def default_of(snapshot: Snapshot, designation: str) -> Flow | None:
    """The first by slug; a flow in which somebody proves again who he is does not count, and neither does one for few:
    it would keep everybody else from signing in, or out.
    """
    fitting = (flow for flow in snapshot.all(Flow) if flow.designation == designation and not proves_again(flow))
    for_many = (flow for flow in fitting if flow.authentication not in _FOR_FEW)
    return min(for_many, key=lambda flow: flow.slug, default=None)


def proves_again(flow: Flow) -> bool:
    return flow.designation == "authentication" and flow.authentication == "require_authenticated"
