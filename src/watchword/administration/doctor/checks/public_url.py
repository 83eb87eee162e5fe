"""The address that visitors use, and the proxy that stands before it."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from watchword.administration.doctor.finding import Finding, Kind, NotChecked
from watchword.administration.doctor.patient import OFFLINE, Patient
from watchword.gateways.errors import SendError

FINE = Kind("public_url_fine", "ok", "The public address is set, and encrypted.")
ANSWERS = Kind("public_url_answers", "ok", "Watchword answers at its public address.")
UNSET = Kind(
    "public_url_unset",
    "warning",
    "There is no public address: messages and links name whatever address was asked, or localhost.",
    "Set WATCHWORD_PUBLIC_URL to the address that visitors use, like https://sms.example.org.",
)
PLAIN = Kind(
    "public_url_plain",
    "error",
    "The public address is http://: passwords and codes can be read on the way.",
    "Put a proxy in front that speaks https, and set WATCHWORD_PUBLIC_URL to its address.",
)
LOCAL = Kind(
    "public_url_local",
    "advice",
    "The public address is no name that others know: only this network reaches it, and phones fill in no codes for it.",
    "Use a host name of a domain of yours.",
)
ELSEWHERE = Kind(
    "public_url_elsewhere",
    "warning",
    "You see this page at another host than the public address names.",
    "Set WATCHWORD_PUBLIC_URL to the address that visitors use, or let the proxy lead them to that one.",
)
SILENT = Kind(
    "public_url_silent",
    "warning",
    "Nothing answers at the public address, as seen from this server.",
    "See that the server and its proxy run. Some networks do not lead a server back to its own public address: then "
    "look at it from outside.",
)
OTHER = Kind(
    "public_url_other",
    "warning",
    "Something answers at the public address, and not as Watchword does.",
    "See that the proxy passes everything below / on to Watchword, also /-/health/live/.",
)
ENDING = Kind(
    "public_certificate_ends",
    "warning",
    "The certificate of the public address ends soon: from then on browsers refuse the pages.",
    "Renew it, and see why it was not renewed by itself.",
)
NO_PROXIES = Kind(
    "proxies_unset",
    "warning",
    "The public address is https, so a proxy stands in front, and none is trusted: all visitors have its address, and "
    "share its limits.",
    "Set WATCHWORD_TRUSTED_PROXIES to the proxy’s address, as 127.0.0.1.",
)
WIDE_PROXIES = Kind(
    "proxies_too_many",
    "error",
    "Visitors may be taken for proxies: whoever is can give himself any address, and escape every limit.",
    "Name in WATCHWORD_TRUSTED_PROXIES only the addresses of your own proxies.",
)

KINDS = (FINE, ANSWERS, UNSET, PLAIN, LOCAL, ELSEWHERE, SILENT, OTHER, ENDING, NO_PROXIES, WIDE_PROXIES)

_LIVE = "/-/health/live/"
_ALIVE = 204
_ADDRESSES = 65_536
_SOON_DAYS = 14
_LOCAL_NAMES = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


async def check(patient: Patient) -> list[Finding]:
    url = patient.settings.public_url
    found = [*_address(url, patient.seen_at), *_proxies(patient)]
    return found if any(one.severity != "advice" for one in found) else [FINE.found(f"{url} is set."), *found]


def _address(url: str | None, seen_at: str) -> Iterator[Finding]:
    if not url:
        yield UNSET.found()
        return
    host = urlsplit(url).hostname or ""
    if url.startswith("http:") and not _is_loopback(host):
        yield PLAIN.found(f"{url} is http://: passwords and codes can be read on the way.")
    if is_local(host):
        yield LOCAL.found(f"{host} is no name that others know: phones fill in no codes for it.")
    if seen_at and seen_at != host:
        yield ELSEWHERE.found(f"You see this page at {seen_at}, and the public address names {host}.")


def _proxies(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    if not settings.trusted_proxies and (settings.public_url or "").startswith("https:"):
        yield NO_PROXIES.found()
    for network in settings.trusted_proxies:
        if network.num_addresses > _ADDRESSES and not network.is_private:
            yield WIDE_PROXIES.found(
                f"All of {network} is taken for proxies: whoever is there can give himself any one."
            )


def is_local(host: str) -> bool:
    """Whether others, elsewhere, cannot know this name; an address is no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_NAMES)
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


async def ask(patient: Patient) -> list[Finding]:
    """Whether this very address leads to a Watchword."""
    url, http = patient.settings.public_url, patient.http
    if not url:
        raise NotChecked("There is no public address.")
    if http is None:
        raise NotChecked(OFFLINE)
    try:
        answer = await http.ask("GET", f"{url}{_LIVE}", headers={})
    except SendError as error:
        return [SILENT.found(f"{url} gives no answer to this server. {_why(error)}".strip())]
    if answer.status != _ALIVE:
        return [OTHER.found(f"{url}{_LIVE} answers with status {answer.status}, and not with {_ALIVE}.")]
    ends = answer.certificate_ends
    if ends and (days := (ends - patient.clock()).days) < _SOON_DAYS:
        return [ENDING.found(f"The certificate of {url} ends in {days} days: from then on browsers refuse the pages.")]
    return [ANSWERS.found(f"Watchword answers at {url}.")]


def _why(error: SendError) -> str:
    """The words are those for gateways; the cause in them is the same."""
    said = error.detail.partition(": ")[2]
    return f"{said[:1].upper()}{said[1:]}" if said else "It took too long."
