"""axe-core on a page: what a machine can tell of WCAG 2.2, level A and AA, and of good practice."""

import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

FILE = Path(sys.prefix, "axe", "node_modules", "axe-core", "axe.min.js")

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_RUN = """async ([standards, without]) => {
  const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
  const { violations } = await axe.run({ runOnly: standards, rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id}: ${target.flat().join(" ")}: ${failureSummary.replaceAll(/\\s+/g, " ")}`));
}"""


def bring_axe(context: BrowserContext) -> None:
    """To every page that the context opens from now on. It comes from outside, so the page's policy does not matter."""
    assert FILE.is_file(), f"axe-core is missing. Get it: sh scripts/ensure-axe.sh {sys.prefix}"
    context.add_init_script(path=FILE)


def violations(page: Page, without: Sequence[str] = ()) -> list[str]:
    """Each as the rule, the element, and what would mend it; `without` names rules that do not apply."""
    found: list[str] = page.evaluate(_RUN, [STANDARDS, without])
    return found
