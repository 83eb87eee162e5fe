"""`watchword blueprint schema`."""

import json

import rich_click as click

from watchword.blueprints.schema import blueprint_schema
from watchword.stages.catalogue import CATALOGUE


@click.command("schema")
def schema() -> None:
    """Print what a blueprint may hold, as JSON schema, for editors."""
    click.echo(json.dumps(blueprint_schema(CATALOGUE), indent=2))
