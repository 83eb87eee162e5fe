"""Every check, in the order in which they are made and told."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from watchword.administration.doctor.checks import (
    clock,
    database,
    disk,
    expressions,
    flows,
    gateways,
    messages,
    migrations,
    public_url,
    sandbox,
    secret_key,
    settings,
    stages,
    tables,
)
from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient


class Check(NamedTuple):
    """`seconds` is how long it may take at most. `kinds` are those that it can find, "" where another one has them."""

    name: str
    title: str
    run: Callable[[Patient], Awaitable[list[Finding]]]
    kinds: tuple[Kind, ...] = ()
    seconds: float = 15.0


CHECKS: tuple[Check, ...] = (
    Check("settings", "Settings", settings.check, settings.KINDS),
    Check("secret_key", "Secret key", secret_key.check, secret_key.KINDS),
    Check("public_url", "Public address", public_url.check, public_url.KINDS),
    Check("public_url_asked", "Public address, from here", public_url.ask, seconds=35),
    Check("database", "Database", database.check, database.KINDS, seconds=30),
    Check("database_file", "Database file", database.whole, seconds=30),
    Check("migrations", "Schema", migrations.check, migrations.KINDS),
    Check("tables", "Tables", tables.check, tables.KINDS, seconds=50),
    Check("disk", "Disk", disk.check, disk.KINDS),
    Check("sandbox", "Sandbox", sandbox.check, sandbox.KINDS),
    Check("expressions", "Expressions", expressions.check, expressions.KINDS, seconds=30),
    Check("flows", "Flows", flows.check, flows.KINDS, seconds=40),
    Check("stages", "SMS stages", stages.check, stages.KINDS),
    Check("messages", "Messages", messages.check, messages.KINDS),
    Check("gateways", "Gateways", gateways.check, gateways.KINDS, seconds=45),
    Check("clock", "Clock", clock.check, clock.KINDS, seconds=45),
)
