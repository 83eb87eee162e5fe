"""A server of their own for tests of the API: an administrator's token, people, and the gateway double."""

from pathlib import Path

from tests.doubles.gateway import GatewayDouble
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER

TOKEN = "the key of the administrator's token"

PEOPLE = "version: 1\nentries:\n" + "".join(
    "  - model: authentik_core.user\n"
    f"    identifiers: {{username: {person.username}}}\n"
    f"    attrs: {{password: {person.password}, name: {person.username.title()}}}\n"
    for person in (OWNER, OTHER)
)


def api_server(folder: Path, double: GatewayDouble, **settings: str) -> ServerProcess:
    """Not started yet. It has the default sign-in and nothing else."""
    server = ServerProcess(
        folder / "data",
        WATCHWORD_BOOTSTRAP_TOKEN=TOKEN,
        WATCHWORD_TWILIO_URL=double.url,
        WATCHWORD_GATEWAY_TIMEOUT="10",  # no gateway is slow here, but the machine may be
        **settings,
    )
    people = folder / "people.yaml"
    people.write_text(PEOPLE)
    server.run("blueprint", "apply", str(people))
    return server
