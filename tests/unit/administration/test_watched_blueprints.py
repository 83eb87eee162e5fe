"""The watched directory: what lies there is configured, and what is wrong there changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from watchword.administration.watched_blueprints import BlueprintWatcher, Means, WatchedBlueprints
from watchword.blueprints.file import apply_text
from watchword.errors import DatabaseUnavailable
from watchword.keyring import Keyring
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.blueprint_instances import (
    BlueprintInstance,
    create_instance,
    delete_instance,
    list_instances,
    update_instance,
)
from watchword.storage.config import list_revisions
from watchword.storage.database import Database, open_database
from watchword.storage.events import EventRow, list_events
from watchword.storage.tables import config_objects, metadata

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def deny(message: str = "No.", *, head: str = "version: 1") -> str:
    return (
        f"{head}\nentries:\n- model: authentik_stages_deny.denystage\n  identifiers: {{name: closed}}\n"
        f"  attrs: {{deny_message: {message}}}\n"
    )


class Server:
    """One of several that share a database; each looks for itself."""

    def __init__(self, database: Database, directory: Path) -> None:
        self.database = database
        self.directory = directory
        self.refreshed = 0
        self.watched = WatchedBlueprints(directory, Means(database, Keyring("k" * 32), lambda: NOW, self._refresh))

    async def _refresh(self) -> None:
        self.refreshed += 1

    async def look(self, *, start: bool = False) -> None:
        """Twice, for what was just written is left alone at first."""
        await self.watched.sweep(start=start)
        await self.watched.sweep()

    async def write(self, text: str, name: str = "a.yaml") -> None:
        (self.directory / name).write_text(text)
        await self.look()

    async def messages(self) -> list[str]:
        found = await self.database.read(lambda conn: list(conn.execute(select(config_objects.c.document)).scalars()))
        return [document["deny_message"] for document in found]

    async def instances(self) -> list[BlueprintInstance]:
        return await self.database.read(list_instances)

    async def one(self) -> BlueprintInstance:
        [instance] = await self.instances()
        return instance

    async def events(self) -> list[EventRow]:
        return await self.database.read(list_events, action="blueprint_failed")

    async def authors(self) -> list[str]:
        return [one.author for one in await self.database.read(list_revisions)]

    async def change(self, **values: Any) -> None:
        await self.database.run(update_instance, (await self.one()).pk, **values)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    database = open_database("sqlite://")
    await database.run(metadata.create_all)
    yield Server(database, tmp_path)
    await database.close()


async def test_what_lies_there_at_the_start_is_applied(server: Server) -> None:
    (server.directory / "10-doors.yaml").write_text(deny())
    await server.watched.sweep(start=True)
    assert await server.messages() == ["No."]
    instance = await server.one()
    assert (instance.name, instance.path, instance.status) == ("10-doors", "watched/10-doors.yaml", "successful")
    assert (instance.last_applied, len(instance.last_applied_hash), instance.content) == (NOW, 128, "")
    assert await server.authors() == ["blueprint 10-doors"]
    assert server.refreshed == 1


async def test_a_file_that_changes_is_applied_again_and_only_then(server: Server) -> None:
    await server.write(deny())
    for _ in range(3):
        await server.look()
    assert len(await server.authors()) == server.refreshed == 1
    await server.write(deny("Never."))
    assert await server.messages() == ["Never."]
    assert len(await server.authors()) == server.refreshed == 2


async def test_what_may_still_be_being_written_is_left_alone(server: Server) -> None:
    await server.watched.sweep()
    (server.directory / "a.yaml").write_text("version: 1\nentr")
    await server.watched.sweep()
    assert await server.instances() == []
    await server.write(deny())
    assert await server.events() == []
    assert (await server.one()).status == "successful"


async def test_what_was_changed_by_hand_stays_until_the_next_start(server: Server) -> None:
    await server.write(deny())
    await apply_text(
        server.database, deny("By hand."), name="x", catalogue=CATALOGUE, keyring=Keyring("k" * 32), author="somebody"
    )
    await server.look()
    await Server(server.database, server.directory).look()
    assert await server.messages() == ["By hand."]
    await Server(server.database, server.directory).look(start=True)
    assert await server.messages() == ["No."]
    assert await server.authors() == ["blueprint a", "somebody", "blueprint a"]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (deny().replace("denystage", "nosuchstage"), "a.yaml:3: authentik_stages_deny.nosuchstage: "),
        (deny("{}"), "a.yaml:5: authentik_stages_deny.denystage: deny_message: "),
        ("version: 1\nentries: [", "a.yaml:2: This is no valid YAML"),
        ("", "a.yaml: A blueprint is a mapping"),
    ],
)
async def test_what_is_wrong_changes_nothing_and_an_event_names_the_line(server: Server, text: str, cause: str) -> None:
    await server.write(deny())
    await server.write(text)
    assert await server.messages() == ["No."]
    assert (await server.one()).status == "error"
    [event] = await server.events()
    assert event.message.startswith(f"Blueprint “a”: {cause}")
    assert event.context["blueprint"] == "a"
    await server.look()
    assert len(await server.events()) == 1
    await server.write(deny("Again."))
    assert ((await server.one()).status, await server.messages()) == ("successful", ["Again."])


async def test_all_of_a_file_or_nothing(server: Server) -> None:
    await server.write(deny() + "- model: no.such\n  identifiers: {name: x}\n")
    assert await server.messages() == []
    assert await server.authors() == []


async def test_a_file_that_is_no_text_is_an_error_too(server: Server) -> None:
    (server.directory / "a.yaml").write_bytes(b"\xff\x00")
    await server.look()
    assert (await server.one()).status == "error"
    assert [event.message for event in await server.events()] == ["Blueprint “a”: a.yaml is no text in UTF-8."]


async def test_one_that_is_wrong_keeps_no_other_from_being_applied(server: Server) -> None:
    (server.directory / "a.yaml").write_text("entries: 7")
    await server.write(deny(), "b.yaml")
    assert [one.status for one in await server.instances()] == ["error", "successful"]


async def test_a_secret_is_in_no_event(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINT_SECRET", "s3cret")
    await server.write(deny().replace("denystage", "!Format ['%s', !Env BLUEPRINT_SECRET]"))
    await server.write(deny("[!Env BLUEPRINT_SECRET]"))
    assert "s3cret" not in repr(await server.events())
    assert len(await server.events()) == 2


async def test_the_servers_own_secrets_and_files_cannot_be_read(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may write into the repository does not own the server."""
    monkeypatch.setenv("WATCHWORD_SECRET_KEY", "the key")
    monkeypatch.setenv("BLUEPRINT_TEXT", "allowed")
    await server.write(deny("!Env [WATCHWORD_SECRET_KEY, unknown]"))
    assert await server.messages() == ["unknown"]
    await server.write(deny("!Env BLUEPRINT_TEXT"))
    assert await server.messages() == ["allowed"]
    await server.write(deny("!File [/etc/hostname, unknown]"))
    assert await server.messages() == ["unknown"]
    (server.directory / "text").write_text("own")
    await server.write(deny("!File text"))
    assert await server.messages() == ["own"]


async def test_a_disabled_one_is_not_applied_until_it_is_enabled(server: Server) -> None:
    await server.write(deny())
    await server.change(enabled=False)
    await server.write(deny("Never."))
    await server.watched.sweep(start=True)
    assert await server.messages() == ["No."]
    await server.change(enabled=True)
    await server.look()
    assert await server.messages() == ["Never."]


@pytest.mark.parametrize("answer", ["'false'", "'False'"])
async def test_one_that_asks_not_to_be_is_not_applied_by_itself(server: Server, answer: str) -> None:
    label = f"version: 1\nmetadata: {{name: x, labels: {{blueprints.goauthentik.io/instantiate: {answer}}}}}"
    await server.write(deny(head=label))
    assert (await server.instances(), await server.messages()) == ([], [])
    await server.database.run(create_instance, now=NOW, name="mine", path="watched/a.yaml", context={})
    await server.look()
    assert await server.authors() == ["blueprint mine"]


async def test_what_is_removed_is_orphaned_and_what_it_made_stays(server: Server) -> None:
    await server.write(deny())
    (server.directory / "a.yaml").unlink()
    await server.look()
    assert ((await server.one()).status, await server.messages()) == ("orphaned", ["No."])
    await server.write(deny())
    assert (await server.one()).status == "successful"


async def test_what_was_removed_while_no_server_ran_is_orphaned_at_the_start(server: Server) -> None:
    await server.write(deny())
    (server.directory / "a.yaml").unlink()
    await Server(server.database, server.directory).look()
    assert (await server.one()).status == "successful"
    await Server(server.database, server.directory).look(start=True)
    assert (await server.one()).status == "orphaned"


async def test_a_directory_that_cannot_be_read_orphans_nothing(server: Server) -> None:
    await server.write(deny())
    moved = server.directory.rename(server.directory.with_name("moved"))
    await server.look()
    assert (await server.one()).status == "successful"
    moved.rename(server.directory)
    await server.look()
    assert len(await server.authors()) == 1


async def test_of_several_servers_one_applies_and_one_tells_of_a_failure(server: Server) -> None:
    other = Server(server.database, server.directory)
    await asyncio.gather(server.look(), other.look())
    (server.directory / "a.yaml").write_text(deny())
    await asyncio.gather(server.look(), other.look())
    await asyncio.gather(server.look(), other.look())
    assert len(await server.instances()) == len(await server.authors()) == 1
    (server.directory / "a.yaml").write_text("entries: 7")
    for _ in range(2):
        await asyncio.gather(server.look(), other.look())
    assert len(await server.events()) == 1


async def test_servers_with_different_copies_do_not_take_turns(server: Server, tmp_path_factory: Any) -> None:
    old = Server(server.database, tmp_path_factory.mktemp("old"))
    for one in (server, old):
        await one.write(deny())
    await server.write(deny("New."))
    for _ in range(3):
        await old.look()
        await server.look()
    assert await server.messages() == ["New."]
    await old.write(deny("New."))
    assert len(await server.authors()) == 2


async def test_a_name_that_is_taken_gives_way_to_the_path(server: Server) -> None:
    await server.database.run(create_instance, now=NOW, name="a", content=deny())
    await server.write(deny())
    assert sorted(one.name for one in await server.instances()) == ["a", "watched/a.yaml"]
    assert await server.authors() == ["blueprint watched/a.yaml"]


async def test_an_instance_gives_its_context(server: Server) -> None:
    await server.database.run(create_instance, now=NOW, name="a", path="watched/a.yaml", context={"text": "Given."})
    await server.write(deny("!Context text"))
    assert await server.messages() == ["Given."]


async def test_one_that_is_deleted_comes_back_with_its_file(server: Server) -> None:
    await server.write(deny())
    await server.database.run(delete_instance, (await server.one()).pk)
    await server.look()
    assert (await server.one()).status == "successful"


async def test_a_file_can_disable_another_one(server: Server) -> None:
    text = "version: 1\nentries:\n- model: authentik_blueprints.blueprintinstance\n  identifiers: {name: b}\n"
    (server.directory / "a.yaml").write_text(text + "  attrs: {path: watched/b.yaml, enabled: false}\n")
    await server.write(deny(), "b.yaml")
    assert await server.messages() == []


async def test_the_watcher_goes_on_after_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, done = 0, asyncio.Event()

    class Flaky:
        async def sweep(self) -> None:
            nonlocal looks
            looks += 1
            if looks == 1:
                raise DatabaseUnavailable
            done.set()

    monkeypatch.setattr(BlueprintWatcher, "EVERY_SECONDS", 0)
    watcher = BlueprintWatcher(Flaky())  # type: ignore[arg-type] # all that it needs
    await watcher.stop()
    watcher.start()
    await asyncio.wait_for(done.wait(), 5)
    await watcher.stop()
    stopped = looks
    await asyncio.sleep(0)
    assert looks == stopped


@pytest.mark.parametrize("found_by", ["name: base", "path: watched/base.yaml"])
@pytest.mark.parametrize("first", ["a.yaml", "z.yaml"])
async def test_a_file_applies_another_one_whichever_comes_first(server: Server, found_by: str, first: str) -> None:
    model, text = "authentik_blueprints.metaapplyblueprint", "version: 1\nentries:\n"
    (server.directory / first).write_text(f"{text}  - {{model: {model}, attrs: {{identifiers: {{{found_by}}}}}}}\n")
    (server.directory / "base.yaml").write_text(deny())
    await server.look(start=True)
    assert await server.events() == []
    assert await server.messages() == ["No."]
    assert {one.status for one in await server.instances()} == {"successful"}


async def test_a_file_applies_none_that_lies_elsewhere(server: Server) -> None:
    (server.directory.parent / "elsewhere.yaml").write_text(deny())
    model, path = "authentik_blueprints.metaapplyblueprint", "watched/../elsewhere.yaml"
    await server.write(f"version: 1\nentries:\n  - {{model: {model}, attrs: {{identifiers: {{path: {path}}}}}}}\n")
    assert await server.messages() == []
    assert len(await server.events()) == 1
