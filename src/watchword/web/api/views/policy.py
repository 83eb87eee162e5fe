"""Policies, and their bindings."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.storage.groups import Group, get_group
from watchword.storage.users import User, get_user
from watchword.web.api.call import Call
from watchword.web.api.shapes import Moment, view_type
from watchword.web.api.views.fields import Named, fields_shown, named, relations_of
from watchword.web.api.views.people import PartialGroup, PartialUser, partial_group, partial_user


class PolicyMore(Named, kw_only=True):
    bound_to: int


POLICY = view_type("ExpressionPolicy", ExpressionPolicy, PolicyMore)

COMPONENT = "ak-policy-expression-form"


class PolicyBindingMore(msgspec.Struct, kw_only=True):
    """Of the three objects two are null. Bindings of Watchword never expire."""

    policy_obj: POLICY | None  # type: ignore[valid-type] # a type that is made when the program starts
    group_obj: PartialGroup | None
    user_obj: PartialUser | None
    expires: Moment | None
    expiring: bool


def policy_shown(call: Call, policy: ExpressionPolicy) -> dict[str, Any]:
    found = relations_of(call)
    bound = len(found.bindings_of_policy.get(policy.pk, [])) + len(found.stages_of_policy.get(policy.pk, []))
    common = named(ExpressionPolicy, COMPONENT, "Expression Policies")
    return {**fields_shown(policy), **common, "bound_to": bound}


async def show_policies(call: Call, policies: Sequence[ExpressionPolicy]) -> list[dict[str, Any]]:
    return [policy_shown(call, policy) for policy in policies]


async def show_policy_bindings(call: Call, bindings: Sequence[PolicyBinding]) -> list[dict[str, Any]]:
    groups, users = await call.services.database.read(_people, bindings)
    return [_binding(call, binding, groups, users) for binding in bindings]


def _people(conn: Connection, bindings: Sequence[PolicyBinding]) -> tuple[dict[str, Group], dict[int, User]]:
    groups = {binding.group: get_group(conn, binding.group) for binding in bindings if binding.group}
    users = {binding.user: get_user(conn, binding.user) for binding in bindings if binding.user}
    return {pk: one for pk, one in groups.items() if one}, {pk: one for pk, one in users.items() if one}


def _binding(call: Call, binding: PolicyBinding, groups: dict[str, Group], users: dict[int, User]) -> dict[str, Any]:
    snapshot, keyring = call.services.configuration.snapshot, call.services.keyring
    policy = snapshot.get(binding.policy, ExpressionPolicy)
    group, user = groups.get(binding.group or ""), users.get(binding.user or 0)
    return {
        **fields_shown(binding),
        "policy_obj": policy_shown(call, policy) if policy else None,
        "group_obj": partial_group(group) if group else None,
        "user_obj": partial_user(keyring, user) if user else None,
        "expires": None,
        "expiring": False,
    }
