"""The parts of the admin console, as its navigation names and groups them."""

from typing import NamedTuple


class Entry(NamedTuple):
    title: str
    url: str


class Part(NamedTuple):
    """Entries under a heading; the first part has none."""

    title: str
    entries: tuple[Entry, ...]


CONSOLE_PARTS = (
    Part("", (Entry("Overview", "/if/admin/"),)),
    Part(
        "Set up",
        (
            Entry("Flows", "/if/admin/flows/"),
            Entry("Stages", "/if/admin/stages/"),
            Entry("Prompts", "/if/admin/prompts/"),
            Entry("Policies", "/if/admin/policies/"),
            Entry("Mappings", "/if/admin/mappings/"),
        ),
    ),
    Part(
        "People",
        (
            Entry("Users", "/if/admin/users/"),
            Entry("Groups", "/if/admin/groups/"),
            Entry("Devices", "/if/admin/devices/"),
            Entry("Sessions", "/if/admin/sessions/"),
            Entry("Tokens", "/if/admin/tokens/"),
        ),
    ),
    Part(
        "What happened",
        (
            Entry("Messages", "/if/admin/messages/"),
            Entry("Events", "/if/admin/events/"),
            Entry("History", "/if/admin/history/"),
            Entry("Doctor", "/if/admin/doctor/"),
        ),
    ),
    Part("Help", (Entry("Manual", "/if/admin/docs/"),)),
)


def entry_at(path: str) -> Entry | None:
    """The entry that a page belongs to: the one with the longest address that the page's begins with."""
    entries = [entry for part in CONSOLE_PARTS for entry in part.entries if path.startswith(entry.url)]
    return max(entries, key=lambda entry: len(entry.url), default=None)
