"""The commands."""

import rich_click as click

from watchword import __version__
from watchword.cli.later import Later, LaterGroup

COMMANDS = {
    "backup": Later(
        "backup:backup_command", "Copy the embedded database to FILE, of one moment, while the server goes on."
    ),
    "blueprint": Later("blueprint_commands:blueprint", "Configuration as code."),
    "device": Later("device:device", "People's phones, apps and recovery codes."),
    "doctor": Later(
        "doctor:doctor_command", "Examine this installation: what is well, what is not, and how to mend it."
    ),
    "history": Later("history:history", "Every change of the configuration, and the way back."),
    "import-authentik": Later(
        "import_authentik:import_authentik",
        "Copy flows, stages, prompts, policies, mappings, users, groups and phones from authentik through its API.",
    ),
    "migrate": Later("migrate:migrate_command", "Bring the database to this version's schema."),
    "restore": Later("backup:restore_command", "Put the embedded database back from FILE; the server must be stopped."),
    "rotate-key": Later("rotate:rotate_command", "Put a new secret key in the place of the present one."),
    "schema": Later("schema:schema_command", "Print the description of the REST API, as OpenAPI 3.1."),
    "serve": Later("serve:serve", "Migrate the database, then serve."),
    "token": Later("token:token", "Keys for programs that call the API."),
    "user": Later("user_commands:user", "People who can sign in."),
}
"""All but `version`. Their helps stand here as well, so that a list of them imports none; a test compares."""


@click.group(cls=LaterGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="watchword")
def main() -> None:
    """Watchword: a self-hosted SMS authenticator."""


@main.command()
def version() -> None:
    """Print the version."""
    click.echo(__version__)


for _name, _about in COMMANDS.items():
    main.add_later(_name, _about)
