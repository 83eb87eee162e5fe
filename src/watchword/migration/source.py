"""Everything that is read before anything is written: where authentik dies in the middle, nothing has changed here."""

from typing import Any

import msgspec

from watchword.migration import endpoints
from watchword.migration.options import Options, Progress
from watchword.migration.remote import Remote

Found = dict[str, Any]


class Source(msgspec.Struct, kw_only=True):
    """As the API gave it. `objects` by model; `owners` are the devices that authentik lists for each user's number."""

    objects: dict[str, list[Found]] = {}
    all_stages: list[Found] = []
    all_policies: list[Found] = []
    groups: list[Found] = []
    users: list[Found] = []
    phones: list[Found] = []
    owners: dict[int, list[Found]] = {}
    other_devices: dict[str, int] = {}

    def of(self, model: str) -> list[Found]:
        return self.objects.get(model, [])


async def read_source(remote: Remote, options: Options, progress: Progress) -> Source:
    """Raises `ImportFailed`."""
    source = Source()
    if "flows" in options.parts:
        await _configuration(source, remote, progress)
    elif "devices" in options.parts:
        await _stages(source, remote, progress, endpoints.SMS_STAGE)
    if "groups" in options.parts or "users" in options.parts:
        source.groups = await remote.every(endpoints.GROUPS, progress, "Reading groups", include_users="false")
    if "users" in options.parts or "devices" in options.parts:
        slim = {"include_groups": "false", "include_roles": "false", "ordering": "pk"}
        source.users = await remote.every(endpoints.USERS, progress, "Reading users", **slim)
    elif "flows" in options.parts:
        await _bound_users(source, remote, progress)
    if "devices" in options.parts:
        await _devices(source, remote, progress)
    return source


async def _configuration(source: Source, remote: Remote, progress: Progress) -> None:
    for model, path in endpoints.PARTS.items():
        source.objects[model] = await remote.every(path, progress, "Reading expressions and prompts")
    source.all_policies = await remote.every(endpoints.POLICIES, progress, "Reading policies")
    source.all_stages = await remote.every(endpoints.ALL_STAGES, progress, "Reading stages")
    there = {str(stage.get("meta_model_name")) for stage in source.all_stages}
    for model in endpoints.STAGES:
        if model in there:
            await _stages(source, remote, progress, model)
    lists = {
        endpoints.FLOW: endpoints.FLOWS,
        endpoints.STAGE_BINDING: endpoints.STAGE_BINDINGS,
        endpoints.POLICY_BINDING: endpoints.POLICY_BINDINGS,
    }
    for model, path in lists.items():
        source.objects[model] = await remote.every(path, progress, "Reading flows")


async def _stages(source: Source, remote: Remote, progress: Progress, model: str) -> None:
    source.objects[model] = await remote.every(endpoints.STAGES[model], progress, "Reading stages")


async def _bound_users(source: Source, remote: Remote, progress: Progress) -> None:
    """Whom policy bindings name: they are told by uuid, which the binding does not give."""
    named = {binding.get("user") for binding in source.of(endpoints.POLICY_BINDING)}
    numbers = sorted(number for number in named if type(number) is int)
    for done, number in enumerate(numbers, 1):
        found = await remote.one(f"{endpoints.USERS}{number}/")
        source.users += [found] if isinstance(found, dict) else []
        progress("Reading users", done, len(numbers))


async def _devices(source: Source, remote: Remote, progress: Progress) -> None:
    source.phones = await remote.every(endpoints.SMS_DEVICES, progress, "Reading phones")
    for name in endpoints.OTHER_DEVICES:
        source.other_devices[name] = await remote.count(f"/authenticators/admin/{name}/") or 0
    owners = _owners(source) if source.phones else []
    for done, number in enumerate(owners, 1):
        found = await remote.one(endpoints.DEVICES_OF, user=str(number))
        source.owners[number] = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        progress("Reading whose phones are confirmed", done, len(owners))


def _owners(source: Source) -> list[int]:
    """Numbers of the users to ask about: before 2025.2 a phone does not say whose it is."""
    named = {owner_of(phone) for phone in source.phones}
    numbers = {user.get("pk") for user in source.users} if None in named else named
    return sorted(number for number in numbers if type(number) is int)


def owner_of(phone: Found) -> int | None:
    owner = phone.get("user")
    number = owner.get("pk") if isinstance(owner, dict) else owner
    return number if type(number) is int else None
