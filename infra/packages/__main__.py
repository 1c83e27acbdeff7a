"""`python -m infra.packages`: stage the Lambda packages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from infra.packages.contents import PACKAGES
from infra.packages.errors import PackageError
from infra.packages.staging import Platform, stage


def main(arguments: list[str]) -> int:
    """Stage every package and say where; 1 and the reason when one cannot be."""
    parser = argparse.ArgumentParser(prog="python -m infra.packages", description="Stage the Lambda packages.")
    parser.add_argument("--platform", type=Platform, choices=list(Platform), default=Platform.LAMBDA)
    parser.add_argument("--out", type=Path, default=Path("build/packages"), metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        for package in PACKAGES:
            folder = stage(package, options.out, options.platform)
            sys.stdout.write(f"{package}: {folder} ({_size(folder):.1f} MB)\n")
    except PackageError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
