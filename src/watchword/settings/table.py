"""Every setting, described once: start-up, the documentation and its test are made from this table."""

from collections.abc import Callable
from typing import Any, NamedTuple

from watchword.settings import readers

PREFIX = "WATCHWORD_"


class SettingInfo(NamedTuple):
    """`field` is its name in `Settings`; `default` is text as one would write it, empty for none."""

    field: str
    help: str
    read: Callable[[str], Any]
    default: str = ""
    variable: str = ""
    """The environment variable's name where it is not the field's."""

    @property
    def name(self) -> str:
        return PREFIX + (self.variable or self.field.upper())


SETTINGS: tuple[SettingInfo, ...] = (
    SettingInfo(
        "database_url",
        "Where the data is kept: postgresql://user:password@host/name, or sqlite:///path. Without it, an SQLite file "
        "in the data directory.",
        readers.database_url,
    ),
    SettingInfo(
        "database_pool",
        "Connections to PostgreSQL that each process holds at most, from 2 to 200, half of them for reading; one more "
        "listens for changes.",
        readers.whole(2, 200),
        "10",
    ),
    SettingInfo(
        "database_timeout",
        "Seconds that PostgreSQL may take over a statement, or a request wait for a free connection, from 0.1 to 60.",
        readers.seconds(0.1, 60),
        "5",
    ),
    SettingInfo("data_dir", "The directory of the embedded database and the secret key.", readers.path, "./data"),
    SettingInfo(
        "secret_key",
        "Seals secrets and keys hashes; 32 characters or more. Made once and kept in the data directory where unset; "
        "required with PostgreSQL. Whoever loses it loses every stored secret.",
        readers.secret_key,
    ),
    SettingInfo(
        "secret_key_previous",
        "A second secret key, which opens what is stored but seals nothing: the one before, until "
        "`watchword rotate-key` has ended.",
        readers.secret_key,
    ),
    SettingInfo(
        "public_url",
        "The address visitors use, like https://sms.example.org. Messages and pages name its host; without it they "
        "name the address of the request where that is an IP address, and else localhost.",
        readers.origin,
    ),
    SettingInfo(
        "bootstrap_password",
        "The password of the first administrator, akadmin, set when made; 8 characters or more. Without it, the start "
        "prints a link at which it is chosen.",
        readers.secret,
    ),
    SettingInfo("bootstrap_token", "An API token of the first administrator, set when made.", readers.secret),
    SettingInfo(
        "log_level",
        "The least level that is logged: debug, info, warning, error or critical.",
        readers.choice("debug", "info", "warning", "error", "critical"),
        "info",
    ),
    SettingInfo(
        "trusted_proxies",
        "Addresses or networks, with commas between them, whose X-Forwarded headers are believed.",
        readers.networks,
    ),
    SettingInfo(
        "phone_validation",
        "Which numbers are taken: valid (the range is assigned) or possible (the length fits).",
        readers.choice("valid", "possible"),
        "valid",
    ),
    SettingInfo(
        "default_region",
        "The country, like DE, whose national spelling of numbers is read. Without it, numbers need a country code.",
        readers.region,
    ),
    SettingInfo(
        "api_reveal_secrets",
        "Whether the API answers gateway secrets in clear to superusers, for Terraform.",
        readers.switch,
        "false",
    ),
    SettingInfo(
        "redirect_origins",
        "Other origins, with commas between them, to which a flow may send the visitor when it ends.",
        readers.origins,
    ),
    SettingInfo(
        "blueprints_dir",
        "A directory whose *.yaml files are applied at start, and again whenever they change; none without it.",
        readers.path,
    ),
    SettingInfo(
        "policy_timeout",
        "Seconds an expression may run, from 0.05 to 30.",
        readers.seconds(0.05, 30),
        "1",
        "EXPRESSION_TIMEOUT",
    ),
    SettingInfo(
        "policy_memory",
        "MiB of memory an expression may take, from 8 to 1024.",
        readers.whole(8, 1024),
        "64",
        "EXPRESSION_MEMORY",
    ),
    SettingInfo(
        "gateway_timeout",
        "Seconds to wait for a gateway's answer, its turn in the queue included, from 0.1 to 30; more than 9 counts as "
        "9, for visitors wait ten seconds and no longer.",
        readers.seconds(0.1, 30),
        "8",
    ),
    SettingInfo(
        "gateway_concurrency",
        "Messages that one gateway account is handed at once, by each process, from 1 to 20000.",
        readers.whole(1, 20_000),
        "8000",
    ),
    SettingInfo(
        "gateway_queue",
        "Messages that wait until a gateway account takes another one, in each process, from 0 to 100000. Those that "
        "find it full fail at once.",
        readers.whole(0, 100_000),
        "2000",
    ),
    SettingInfo(
        "keep_deliveries",
        "How long what was sent is kept, 31 days or more; forever, or 0, deletes none.",
        readers.kept,
        "days=90",
    ),
    SettingInfo(
        "keep_events",
        "How long events, the audit trail, are kept, 31 days or more; forever, or 0, deletes none.",
        readers.kept,
        "days=365",
    ),
    SettingInfo(
        "twilio_url",
        "Where Twilio's API is found; another address stands in for it in tests.",
        readers.origin,
        "https://api.twilio.com",
    ),
    SettingInfo(
        "metrics_token",
        "Whoever shows it as a bearer token may read /-/metrics/; 16 characters or more. Without it, only programs on "
        "this machine may.",
        readers.metrics_token,
    ),
)
