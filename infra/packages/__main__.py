"""`schedules packages`: stage the Lambda packages."""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from infra.packages.contents import PACKAGES
from infra.packages.errors import PackageError
from infra.packages.own_code import stage_own_code
from infra.packages.staging import Platform, stage
from schedule_catalog.settings import SettingsError, SettingsFileError, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.settings import Settings


def main(arguments: list[str]) -> int:
    """Stage every package, and the own code of each stack of this folder; return 1 with the reason if one fails.

    With `--settings` only the own code of those stacks.
    """
    parser = argparse.ArgumentParser(prog="schedules packages", description="Stage the Lambda packages.")
    parser.add_argument("--platform", type=Platform, choices=list(Platform), default=Platform.LAMBDA)
    parser.add_argument("--out", type=Path, default=Path("build/packages"), metavar="DIR")
    parser.add_argument("--settings", type=Path, action="append", metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        for package in PACKAGES:
            folder = stage(package, options.out, options.platform)
            sys.stdout.write(f"{package}: {folder} ({_sizes(folder)})\n")
        stacks = _stacks(Path.cwd()) if options.settings is None else map(read_settings, options.settings)
        for settings in stacks:
            if (staged := stage_own_code(settings, Path.cwd(), options.out, options.platform)) is not None:
                sys.stdout.write(f"{staged.name}: {staged} ({_sizes(staged)})\n")
    except (PackageError, SettingsError, SettingsFileError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


def _stacks(project: Path) -> Iterator[Settings]:
    """Settings of the project's stacks; those of a stack that cannot be read are left out with a warning."""
    for file in sorted(project.glob("Pulumi.*.yaml")):
        try:
            yield read_settings(file)
        except (SettingsError, SettingsFileError) as error:
            sys.stderr.write(f"warning: callback.code of {file.name} is not staged, as its settings are not valid: ")
            sys.stderr.write(f"{error}\n")


def _sizes(folder: Path) -> str:
    """Both sizes that Lambda limits: unzipped and zipped."""
    files = [(file.relative_to(folder), file.read_bytes()) for file in folder.rglob("*") if file.is_file()]
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(str(name), content)
    return f"{sum(len(content) for _, content in files) / 1e6:.1f} MB, zipped {len(buffer.getbuffer()) / 1e6:.1f} MB"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
