"""`watchword import-authentik`."""

import os
import ssl
from pathlib import Path
from typing import Any, cast

import rich_click as click

from watchword.bootstrap import shipped_sign_in
from watchword.cli.common import IMPORT_TOKEN_VARIABLE, data_dir_option, read_settings, told, with_database
from watchword.cli.import_progress import Bars
from watchword.cli.import_report import as_json, show
from watchword.errors import Invalid
from watchword.gateways.http import HttpClient
from watchword.migration.options import PARTS, Options, Part
from watchword.migration.remote import LARGEST, PEER, SECONDS, Remote, base_address
from watchword.migration.report import Report
from watchword.migration.run import import_from
from watchword.settings import Settings
from watchword.storage.database import Database
from watchword.storage.kept_keys import learn

INCOMPLETE, STOPPED = 2, 130
MAX_TOKEN = 10_000


@click.command("import-authentik")
@click.option("--url", required=True, help="The address of authentik, as https://auth.example.org.")
@click.option("--token", default="", help="An administrator's API token; others on this machine can see it here.")
@click.option("--token-file", type=click.Path(dir_okay=False, path_type=Path), help="A file that holds the token.")
@click.option("--ca-file", type=click.Path(dir_okay=False, path_type=Path), help="Certificates to trust besides.")
@click.option("--plain-http", is_flag=True, help="Allow http://, which sends the token in clear.")
@click.option("--only", default=",".join(PARTS), show_default=True, help="What to import, with commas between.")
@click.option("--flow", "flows", multiple=True, metavar="SLUG", help="This flow with what it needs; may be repeated.")
@click.option("--devices-at", default="", metavar="STAGE", help="The SMS stage here that phones are enrolled at.")
@click.option("--overwrite", is_flag=True, help="Change what is here already; else it stays.")
@click.option("--accept-incomplete", is_flag=True, help="Let flows be used of which a step or condition is missing.")
@click.option("--with-superusers", is_flag=True, help="Superusers there are superusers here.")
@click.option("--with-service-accounts", is_flag=True, help="Service accounts too.")
@click.option("--dry-run", "dry", is_flag=True, help="Report what would happen, and change nothing.")
@click.option("--json", "in_json", is_flag=True, help="The report for programs.")
@data_dir_option
@told
def import_authentik(
    url: str,
    token: str,
    token_file: Path | None,
    ca_file: Path | None,
    plain_http: bool,
    in_json: bool,
    data_dir: Path | None,
    **chosen: Any,
) -> None:
    """Copy flows, stages, prompts, policies, mappings, users, groups and phones from authentik through its API.

    The token is best given by WATCHWORD_IMPORT_TOKEN or --token-file. Run it again whenever you like: what is here
    stays as it is without --overwrite. The exit status is 0 where all came, 2 where something was left out, 1 where it
    failed.
    """
    base_address(url, plain_http=plain_http)  # before anything is asked or opened
    settings = read_settings(data_dir)
    options = _options(settings, **chosen)
    key = _token(token, token_file)
    trust = _trust(ca_file)

    async def work(database: Database) -> Report:
        await database.read(learn, options.keyring)
        # Before any other comes: the first start makes none where there is one, and that may be locked.
        await shipped_sign_in(database, options.keyring)
        http = HttpClient(timeout=SECONDS, trust=trust, peer=PEER, largest=LARGEST)
        await http.start()
        try:
            with Bars() as bars:
                remote = Remote(http, url, key, plain_http=plain_http)
                return await import_from(remote, database, options, progress=bars.tell)
        finally:
            await http.close()

    try:
        report = with_database(settings, work)
    except KeyboardInterrupt:
        click.echo("Stopped. What is written stays; run the same command again for the rest.", err=True)
        raise SystemExit(STOPPED) from None
    if in_json:
        click.echo(as_json(report))
    else:
        show(report)
    if not report.whole:
        raise SystemExit(INCOMPLETE)


def _options(settings: Settings, *, only: str, flows: tuple[str, ...], **flags: Any) -> Options:
    parts = frozenset(part.strip() for part in only.split(",") if part.strip())
    if not parts or parts - set(PARTS):
        raise Invalid(f"--only names some of {', '.join(PARTS)}, with commas between.")
    if flows and "flows" not in parts:
        raise Invalid("--flow says which flows come: --only must name flows then.")
    return Options(
        parts=cast("frozenset[Part]", parts),
        flows=frozenset(flows),
        keyring=settings.make_keyring(),
        validation=settings.phone_validation,
        **flags,
    )


def _token(token: str, token_file: Path | None) -> str:
    if token and token_file:
        raise Invalid("Give --token or --token-file, not both.")
    if token_file:
        try:
            return token_file.read_text(encoding="utf-8")[:MAX_TOKEN].strip()
        except (OSError, UnicodeDecodeError):
            raise Invalid(f"{token_file} cannot be read.") from None
    found = token or os.environ.get(IMPORT_TOKEN_VARIABLE, "")
    if not found:
        raise Invalid(f"Give an API token of an authentik administrator, by {IMPORT_TOKEN_VARIABLE} or --token-file.")
    return found.strip()


def _trust(ca_file: Path | None) -> ssl.SSLContext | None:
    if ca_file is None:
        return None
    trust = ssl.create_default_context()
    try:
        trust.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError):
        raise Invalid(f"{ca_file} holds no certificates in PEM.") from None
    return trust
