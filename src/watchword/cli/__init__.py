"""The commands."""

import rich_click as click

from watchword import __version__
from watchword.cli.backup import backup_command, restore_command
from watchword.cli.blueprint import blueprint
from watchword.cli.blueprint_diff import diff
from watchword.cli.blueprint_export import export
from watchword.cli.blueprint_instances import instances
from watchword.cli.device import device
from watchword.cli.doctor import doctor_command
from watchword.cli.erase import erase_command
from watchword.cli.history import history
from watchword.cli.import_authentik import import_authentik
from watchword.cli.migrate import migrate_command
from watchword.cli.rotate import rotate_command
from watchword.cli.schema import schema_command
from watchword.cli.serve import serve
from watchword.cli.token import token
from watchword.cli.user import user


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="watchword")
def main() -> None:
    """Watchword: a self-hosted SMS authenticator."""


@main.command()
def version() -> None:
    """Print the version."""
    click.echo(__version__)


blueprint.add_command(diff)
blueprint.add_command(export)
blueprint.add_command(instances)
main.add_command(serve)
main.add_command(migrate_command)
main.add_command(user)
user.add_command(erase_command)
main.add_command(blueprint)
main.add_command(device)
main.add_command(history)
main.add_command(token)
main.add_command(import_authentik)
main.add_command(backup_command)
main.add_command(rotate_command)
main.add_command(restore_command)
main.add_command(schema_command)
main.add_command(doctor_command)
