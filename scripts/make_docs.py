"""Makes pages of the manual in build/docs: `docs/` and the changelog, as the wheel and the console have them.

A dead link or anchor, or anything else that Sphinx warns of, fails. No link is fetched.
"""

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BUILD = ROOT / "build"


def gather(folder: Path) -> Path:
    """The manual's sources, together in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DOCS, folder, ignore=shutil.ignore_patterns("__pycache__", "conf.py"))
    shutil.copy(ROOT / "CHANGELOG.md", folder / "changelog.md")
    return folder


def make(source: Path, pages: Path, builder: str = "html") -> int:
    """The exit status: 0 where nothing is wrong. All pages are read anew, as what is wrong is told only then."""
    options = ["-q", "-E", "-W", "--keep-going", "-n", "-b", builder, "-c", str(DOCS), "-d", str(pages) + ".cache"]
    return build_main([*options, str(source), str(pages)])


if __name__ == "__main__":
    sys.exit(make(gather(BUILD / "manual"), BUILD / "docs"))
