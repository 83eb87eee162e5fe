"""Configurations of every shape, and what one is when nobody looks at its uuids."""

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.unit.blueprints.bench import KEYRING, NOW
from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.catalogue import CATALOGUE
from watchword.stages.deny import DenyStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.stages.prompt import PromptStage
from watchword.storage.config import load_objects, save_changes
from watchword.storage.groups import Group, add_member, create_group, groups_of, list_groups
from watchword.storage.user_lists import every_user
from watchword.storage.users import create_user

SECRET = "sEcReT-0815"

# Outer blanks of a text are stripped wherever it comes from.
text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12).map(str.strip)
name = text.filter(bool)
slug = st.from_regex(r"[-a-zA-Z0-9_]{1,8}", fullmatch=True)


def some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) if values else st.none()


def several(values: Sequence[Any], **limits: Any) -> st.SearchStrategy[list[Any]]:
    if not values:
        return st.just([])
    places = st.lists(st.integers(0, len(values) - 1), unique=True, **limits)
    return places.map(lambda chosen: [values[at] for at in chosen])


class House(msgspec.Struct):
    objects: list[ConfigObject]
    groups: list[tuple[str, str | None, bool]]
    """Name, name of the one above, and whether it is for superusers."""
    users: list[tuple[str, list[str]]]
    """User name, and the names of his groups."""

    def fill(self, conn: Connection) -> None:
        """The numbers of groups and users in bindings are places in the lists until then."""
        pks: dict[str, str] = {}
        for called, above, superusers in self.groups:
            parent = pks.get(above or "")
            attributes = {"room": called}
            made = create_group(conn, name=called, parent_pk=parent, is_superuser=superusers, attributes=attributes)
            pks[called] = made.pk
        ids = {}
        for called, joined in self.users:
            user = create_user(conn, username=called, name=called.upper(), email=f"{called}@example.org", now=NOW)
            ids[called] = user.id
            for group in joined:
                add_member(conn, pks[group], user.id)
        objects = [_housed(obj, pks, ids) for obj in self.objects]
        save_changes(
            conn, put=objects, remove=[], catalogue=CATALOGUE, keyring=KEYRING, author="t", summary="", now=NOW
        )


def _housed(obj: ConfigObject, pks: dict[str, str], ids: dict[str, int]) -> ConfigObject:
    if not isinstance(obj, PolicyBinding):
        return obj
    user = list(ids.values())[obj.user] if obj.user is not None else None
    group = list(pks.values())[int(obj.group)] if obj.group is not None else None
    return msgspec.structs.replace(obj, user=user, group=group)


@st.composite
def houses(draw: st.DrawFn) -> House:
    names = iter(draw(st.lists(name, unique=True, min_size=14, max_size=14)))
    flows = [
        Flow(name=draw(name), slug=one, title=draw(name), designation=draw(some("enrollment", "recovery")))
        for one in draw(st.lists(slug, unique=True, max_size=3))
    ]
    policies = [ExpressionPolicy(name=next(names), expression=f"# {n}\nreturn True") for n in range(draw(some(0, 2)))]
    prompts = [
        Prompt(name=next(names), field_key="k", label=draw(text), type="text", placeholder=draw(text), order=n)
        for n in range(draw(some(0, 3)))
    ]
    stages = draw(_stages(names, flows, policies, prompts))
    mappings = [obj for obj in stages if isinstance(obj, NotificationWebhookMapping)]
    steps = [stage for stage in stages if stage not in mappings]
    bindings = [
        FlowStageBinding(target=flow.pk, stage=stage.pk, order=order)
        for flow in flows
        for order, stage in enumerate(draw(several(steps, max_size=4)))
    ]
    groups = draw(_groups())
    users = [(called, draw(several([group[0] for group in groups]))) for called in draw(several(["mia", "Leo", "zoë"]))]
    bound = draw(_bound([*flows, *bindings], policies, len(groups), len(users)))
    return House([*bound, *bindings, *stages, *prompts, *policies, *flows], groups, users)


@st.composite
def _stages(draw: st.DrawFn, names: Any, flows: Any, policies: Any, prompts: Any) -> list[ConfigObject]:
    flow = some(None, *(one.pk for one in flows))
    mapping = NotificationWebhookMapping(name=next(names), expression="return {'text': token}")
    password = PasswordStage(name=next(names), configure_flow=draw(flow))
    sms = AuthenticatorSMSStage(
        name=next(names),
        provider="demo",
        auth=draw(some("", SECRET)),
        mapping=draw(some(None, mapping.pk)),
        configure_flow=draw(flow),
        message=draw(some("", "Zeile {code}\nund {host}")),
    )
    ask = PromptStage(
        name=next(names),
        fields=draw(several([prompt.pk for prompt in prompts], min_size=1)),
        validation_policies=draw(several([policy.pk for policy in policies])),
    )
    who = IdentificationStage(
        name=next(names),
        user_fields=draw(several(["username", "email"], min_size=1)),
        password_stage=draw(some(None, password.pk)),
        recovery_flow=draw(flow),
    )
    pks = [f"{n}1111111-1111-4111-8111-111111111111" for n in range(2)]
    validate = [
        AuthenticatorValidateStage(pk=pk, name=next(names), configuration_stages=draw(several([sms.pk, *pks])))
        for pk in pks
    ]
    deny = [DenyStage(name=next(names), deny_message=draw(text)) for _ in range(draw(some(0, 2)))]
    return [*validate, who, *([ask] if prompts else []), sms, password, mapping, *deny]


@st.composite
def _groups(draw: st.DrawFn) -> list[tuple[str, str | None, bool]]:
    made: list[tuple[str, str | None, bool]] = []
    for called in draw(st.lists(name, unique=True, max_size=3)):
        made.append((called, draw(some(None, *(one[0] for one in made))), draw(st.booleans())))
    return made


@st.composite
def _bound(
    draw: st.DrawFn, targets: Sequence[ConfigObject], policies: Any, groups: int, users: int
) -> list[ConfigObject]:
    found: dict[tuple[Any, ...], ConfigObject] = {}
    ways = [("policy", policy.pk) for policy in policies]
    ways += [("group", str(n)) for n in range(groups)] + [("user", n) for n in range(users)]
    for target in targets:
        for field, key in draw(several(ways, max_size=3)):
            order, negate, copies = draw(some(0, 1)), draw(st.booleans()), draw(some(1, 2))
            for at in range(1 if field == "policy" else copies):
                one = PolicyBinding(target=target.pk, order=order, negate=negate != bool(at), **{field: key})
                found[(field, key, target.pk, order, at)] = one
    return list(found.values())


def essence(conn: Connection) -> dict[str, list[Any]]:
    """All that is configured, in words alone: whatever is referred to stands there by its name."""
    objects = {obj.pk: obj for obj in load_objects(conn, CATALOGUE, KEYRING)}
    groups = {group.pk: group for group in list_groups(conn)}
    users = {user.id: user for user in every_user(conn)}

    def called(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [called(item) for item in value]
        if isinstance(value, str) and value in objects:
            return described(objects[value])
        return groups[value].name if isinstance(value, str) and value in groups else value

    def described(obj: ConfigObject) -> Any:
        if isinstance(obj, FlowStageBinding):
            return (called(obj.target), called(obj.stage), obj.order)
        return obj.slug if isinstance(obj, Flow) else obj.called

    def whole(obj: ConfigObject) -> Any:
        values = {info.name: called(getattr(obj, info.name)) for info in fields_of(type(obj))}
        if isinstance(obj, PolicyBinding) and obj.user is not None:
            values["user"] = users[obj.user].username
        return obj.model, values

    return {
        "objects": sorted((whole(obj) for obj in objects.values()), key=repr),
        "groups": [_group(group, groups) for group in groups.values()],
        "users": [
            (user.username, user.name, user.email, user.attributes, [group.name for group in groups_of(conn, user.id)])
            for user in users.values()
        ],
    }


def _group(group: Group, groups: dict[str, Group]) -> tuple[Any, ...]:
    above = groups[group.parent_pk].name if group.parent_pk else None
    return group.name, group.is_superuser, group.attributes, above
