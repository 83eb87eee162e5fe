"""Policies bound to flows and to their steps."""

from watchword.administration.author import Author
from watchword.administration.objects import create_object
from watchword.administration.placing import HIGHEST, STEP
from watchword.flows.services import Services
from watchword.model.policy import PolicyBinding


async def bind_policy(services: Services, target_pk: str, policy_pk: str, *, by: Author) -> PolicyBinding:
    """After the others of a flow or a step. Raises `FieldsInvalid` where there is no such policy or target."""
    bound = services.configuration.snapshot.policy_bindings(target_pk)
    order = min(max((binding.order for binding in bound), default=0) + STEP, HIGHEST)
    return await create_object(
        services, PolicyBinding, {"target": target_pk, "policy": policy_pk, "order": order}, by=by
    )
