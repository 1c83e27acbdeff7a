"""Builds the site into `build/website/html`: `python -m website` fails on any link that leads nowhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from website.pages import INDEX, navigation, outside, page, site_name

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FOLDER = ROOT / "build" / "website"


def write(folder: Path) -> Path:
    """Write what the generator reads, and return the path of its settings."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = folder / "pages"
    shutil.copytree(DOCS, pages, ignore=shutil.ignore_patterns("*.md"))
    for name in ("site.css", "site.js"):
        shutil.copy(ROOT / "website" / name, pages)
    for path in (*DOCS.glob("*.md"), ROOT / "CHANGELOG.md"):
        (pages / site_name(path.name)).write_text(page(path.read_text()))
        for linked in outside(path.read_text()):
            target = pages / "files" / linked
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / linked, target)
    settings = folder / "zensical.toml"
    written = (ROOT / "website" / "zensical.toml").read_text()
    nav = navigation((DOCS / INDEX).read_text())
    settings.write_text(written.replace("[project]\n", f"[project]\n{nav}", 1))
    return settings


def build(folder: Path) -> int:
    """Build the site in a folder, and return the generator's exit status: 1 where a link leads nowhere."""
    generator = Path(sys.executable).with_name("zensical")
    return subprocess.run([generator, "build", "--strict", "--config-file", write(folder)], check=False).returncode


if __name__ == "__main__":
    sys.exit(build(FOLDER))
