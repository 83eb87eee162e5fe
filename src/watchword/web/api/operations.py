"""Every operation of the API but the one that describes them all."""

from watchword.web.api import (
    blueprints,
    devices,
    events,
    executor,
    flows,
    groups,
    kinds,
    me,
    root,
    sessions,
    tokens,
    trying,
    users,
)
from watchword.web.api.configuration import RESOURCES
from watchword.web.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    *(operation for resource in RESOURCES for operation in resource.operations()),
    *executor.OPERATIONS,
    *flows.OPERATIONS,
    *kinds.OPERATIONS,
    *trying.OPERATIONS,
    *devices.OPERATIONS,
    *users.OPERATIONS,
    *me.OPERATIONS,
    *groups.OPERATIONS,
    *tokens.OPERATIONS,
    *sessions.OPERATIONS,
    *events.OPERATIONS,
    *blueprints.OPERATIONS,
    *root.OPERATIONS,
)
