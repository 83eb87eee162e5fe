"""The whole as it will be: references resolve, names are unique."""

from watchword.blueprints.configuration import Objects
from watchword.blueprints.document import Entry
from watchword.blueprints.kind import Kind
from watchword.blueprints.people.groups import GROUP
from watchword.blueprints.people.users import USER
from watchword.blueprints.problems import Collector, Place
from watchword.errors import ConfigurationInvalid, Problem
from watchword.model.policy import PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.storage.groups import Group
from watchword.storage.users import User


def check_whole(objects: Objects, users: Kind[User], groups: Kind[Group], file: str) -> None:
    """Raises `BlueprintInvalid` with every problem, at the entry that wrote the object where one did."""
    collector = Collector(Place(file, 0))
    try:
        Snapshot(objects.now.values())
    except ConfigurationInvalid as error:
        for problem in error.problems:
            _add(collector, objects, problem)
    for obj in objects.put:
        if not isinstance(obj, PolicyBinding):
            continue
        if obj.user is not None and users.match({"pk": obj.user}) is None:
            _add(collector, objects, Problem(obj.model, obj.called, "user", f"There is no such {USER}."))
        if obj.group is not None and groups.match({"pk": obj.group}) is None:
            _add(collector, objects, Problem(obj.model, obj.called, "group", f"There is no such {GROUP}."))
    collector.check()


def _add(collector: Collector, objects: Objects, problem: Problem) -> None:
    message = "There is no such object." if problem.message.startswith("Invalid pk") else problem.message
    entry = _writer(objects, problem)
    if entry is None:  # an object from before, that this blueprint takes something away from
        collector.add(f'"{problem.label}": {message}', model=problem.model, field=problem.field)
    else:
        field = "" if problem.field == "non_field_errors" else problem.field
        collector.add(message, model=problem.model, field=field, place=entry.at(field))


def _writer(objects: Objects, problem: Problem) -> Entry | None:
    """The last that wrote an object of this name: of two with one name, the first was right."""
    found = None
    for pk, entry in objects.written_by.items():
        obj = objects.now.get(pk)
        if obj is not None and (obj.model, obj.called) == (problem.model, problem.label):
            found = entry
    return found
