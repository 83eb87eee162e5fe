"""What a blueprint makes on the way to something that is left out is undone, on both databases."""

from pathlib import Path

from tests.contract.databases.make import NOW
from tests.unit.blueprints.bench import KEYRING
from watchword.blueprints.file import apply_text
from watchword.blueprints.report import Line
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.blueprint_instances import create_instance
from watchword.storage.database import Database
from watchword.storage.users import find_user

MIXED = Path(__file__).parents[2] / "unit" / "blueprints" / "published" / "mixed.yaml"
USER = """
  - model: authentik_core.user
    identifiers:
      username: !If [!Find [authentik_flows.flowstagebinding, [order, 11]], on-the-way, in-the-end]
"""


async def apply(database: Database, text: str, *, dry: bool = False) -> list[Line]:
    return await apply_text(
        database,
        text,
        name="test.yaml",
        catalogue=CATALOGUE,
        keyring=KEYRING,
        author="the tests",
        clock=lambda: NOW,
        skip_unknown=True,
        dry=dry,
    )


async def test_a_run_that_left_something_open_is_undone_and_made_again(database: Database) -> None:
    text = MIXED.read_text() + USER
    dry = await apply(database, text, dry=True)
    assert await database.read(find_user, username="in-the-end") is None, "a dry run changes nothing"
    assert [line.action for line in await apply(database, text)] == [line.action for line in dry]
    assert await database.read(find_user, username="in-the-end") is not None
    assert await database.read(find_user, username="on-the-way") is None


async def test_a_blueprint_that_is_kept_is_found_by_its_name(database: Database) -> None:
    content = "entries:\n  - {model: authentik_core.group, identifiers: {name: kept}}\n"
    await database.run(create_instance, now=NOW, name="kept", content=content)
    text = "entries:\n  - {model: authentik_blueprints.metaapplyblueprint, attrs: {identifiers: {name: kept}}}\n"
    assert [line.action for line in await apply(database, text)] == ["applied", "created"]
