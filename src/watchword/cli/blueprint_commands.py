"""`watchword blueprint` with all that stands below it."""

from watchword.cli.blueprint import blueprint
from watchword.cli.blueprint_diff import diff
from watchword.cli.blueprint_export import export
from watchword.cli.blueprint_instances import instances

blueprint.add_command(diff)
blueprint.add_command(export)
blueprint.add_command(instances)

__all__ = ["blueprint"]
