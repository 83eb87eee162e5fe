"""How many codes come back, by the gateway that carried them and by the country that they went to."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from watchword.phone import countries
from watchword.storage.traffic import Tally
from watchword.web.pages.console.option_words import option_label
from watchword.web.pages.console.overview_shown import Share, Shares
from watchword.web.pages.console.spans import percent
from watchword.web.pages.console.traffic import sums

LISTED = 10
"""Countries by name; the others are one line."""
ENOUGH, FEW = 20, 0.25
"""From so many codes on, a part that came back below this is worth a look."""

PUMPING = "few come back. If you have no users there, this may be SMS pumping: refuse the country with a policy."


def shares(tallied: Sequence[Tally], locale: str) -> tuple[Shares, ...]:
    """Nothing where no code was sent."""
    coded = [tally for tally in tallied if tally.sent and tally.coded]
    if not coded:
        return ()
    names = {country.region: country.name for country in countries(locale)}
    by_gateway = _rows(coded, lambda tally: option_label(tally.gateway), locale)
    by_country = _rows(coded, lambda tally: _country(tally.country, names), locale, remark=PUMPING)
    everything = _share("All", coded, locale)
    return (
        Shares(title="By gateway", heading="Gateway", rows=(*by_gateway, everything)),
        Shares(title="By country", heading="Country", rows=(*by_country, everything)),
    )


def _country(region: str | None, names: dict[str, str]) -> str:
    if region is None:
        return "Not known"
    return "No country (satellite phones)" if region == "001" else names.get(region, region)


def _rows(coded: list[Tally], name: Callable[[Tally], str], locale: str, *, remark: str = "") -> Iterator[Share]:
    """The largest first."""
    by_name: dict[str, list[Tally]] = defaultdict(list)
    for tally in coded:
        by_name[name(tally)].append(tally)
    found = [_share(name, some, locale, remark) for name, some in by_name.items()]
    found.sort(key=lambda share: (-share.codes, share.name))
    yield from found[:LISTED]
    if rest := {share.name for share in found[LISTED:]}:
        others = [tally for tally in coded if name(tally) in rest]
        yield _share(f"{len(rest)} others" if len(rest) > 1 else "1 other", others, locale)


def _share(name: str, coded: list[Tally], locale: str, remark: str = "") -> Share:
    total = sums(coded)
    rate = total.confirmed / total.codes
    return Share(
        name=name,
        codes=total.codes,
        confirmed=total.confirmed,
        rate=round(rate * 100, 1),
        percent=percent(total.confirmed, total.codes, locale),
        remark=remark if total.codes >= ENOUGH and rate < FEW else "",
    )
