"""Looks every pinned dependency up among the known vulnerabilities, by pip-audit: `make audit`.

Ends with 0 where none is vulnerable, with 1 where one is. Where the service of advisories could not be asked, or knows
none of the packages, nothing was checked: that is said loudly, and ends with 0, so that a service that is away stops no
release; with `--required` it ends with 2.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

LOCK = Path(__file__).parents[1] / "requirements-dev.lock"
OPTIONS = ("--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json")
SECONDS = 300

FOUND, NOTHING_CHECKED = 1, 2


class Audit(NamedTuple):
    """What was found, as `package version: advisory, fixed in ...`; what could not be looked up, by name."""

    checked: int
    vulnerable: Sequence[str]
    skipped: Sequence[str]


def read_report(report: Mapping[str, Any]) -> Audit:
    """Of pip-audit's JSON. A package that it skips is no error to it, even where it skips them all."""
    packages = report["dependencies"]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    vulnerable = [
        f"{package['name']} {package['version']}: {found['id']}, fixed in {_versions(found)}"
        for package in packages
        for found in package.get("vulns", ())
    ]
    return Audit(len(packages) - len(skipped), vulnerable, skipped)


def _versions(found: Mapping[str, Any]) -> str:
    return ", ".join(found["fix_versions"]) or "none yet"


def conclude(audit: Audit | None, *, required: bool) -> tuple[int, list[str]]:
    """The exit status and what is said; no audit where pip-audit could not do one."""
    if audit is None or not audit.checked:
        said = "NOTHING WAS CHECKED: the service of advisories could not be asked, or knows none of the packages."
        return NOTHING_CHECKED if required else 0, [said]
    lines = [*audit.vulnerable, f"{audit.checked} packages checked, {len(audit.vulnerable)} vulnerabilities."]
    if audit.skipped:
        lines.append(f"NOT CHECKED: {', '.join(audit.skipped)}.")
        if required and not audit.vulnerable:
            return NOTHING_CHECKED, lines
    return FOUND if audit.vulnerable else 0, lines


def ask() -> Audit | None:
    """None where there was no answer; why is left on stderr."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), *OPTIONS]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=SECONDS, check=False)  # noqa: S603 - our own words
        return read_report(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return None


def main() -> int:
    status, lines = conclude(ask(), required="--required" in sys.argv[1:])
    print("\n".join(lines))  # noqa: T201 - a command's answer
    return status


if __name__ == "__main__":
    sys.exit(main())
