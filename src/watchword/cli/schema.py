"""`watchword schema`."""

import rich_click as click

from watchword.web.api.schema import schema_text


@click.command("schema")
def schema_command() -> None:
    """Print the description of the REST API, as OpenAPI 3.1."""
    click.echo(schema_text().decode(), nl=False)
