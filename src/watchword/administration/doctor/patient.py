"""What the checks are given: an installation, as far as it could be opened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from watchword.administration.doctor.asking import Asked
from watchword.administration.doctor.finding import NotChecked
from watchword.clock import Clock, system_clock
from watchword.errors import WatchwordError
from watchword.expressions.sandbox import Sandbox
from watchword.gateways.exchange import Client
from watchword.model.snapshot import Snapshot
from watchword.settings import Settings
from watchword.storage.database import Database

NO_DATABASE = "The database cannot be read."
NO_CONFIGURATION = "The configuration cannot be read."
OFFLINE = "Nobody was to be asked over the network."


@dataclass(frozen=True, kw_only=True)
class Patient:
    """`environ` is what the settings were read from. `database` and `snapshot` are None where they could not be opened;
    `database_trouble` and `configuration_trouble` then say why. `http` and `asked` are None where nobody is to be
    asked. `seen_at` is the host at which the console was opened, "" for the command.
    """

    settings: Settings
    environ: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = system_clock
    database: Database | None = None
    database_trouble: WatchwordError | None = None
    snapshot: Snapshot | None = None
    configuration_trouble: WatchwordError | None = None
    http: Client | None = None
    asked: Asked | None = None
    seen_at: str = ""
    demo: bool = False
    new_sandbox: Callable[[Settings], Sandbox] = lambda settings: Sandbox(
        timeout=settings.policy_timeout, memory_mib=settings.policy_memory
    )

    def the_database(self) -> Database:
        """Raises `NotChecked`."""
        if self.database is None:
            raise NotChecked(NO_DATABASE)
        return self.database

    def the_snapshot(self) -> Snapshot:
        """Raises `NotChecked`."""
        if self.snapshot is None:
            raise NotChecked(NO_CONFIGURATION)
        return self.snapshot

    def those_asked(self) -> Asked:
        """Raises `NotChecked`."""
        self.the_snapshot()
        if self.asked is None:
            raise NotChecked(OFFLINE)
        return self.asked
