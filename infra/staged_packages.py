"""Staged Lambda packages, and the check that they can be deployed."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi

from infra.packages import (
    OWN_CODE,
    PACKAGES,
    PackageError,
    outdated,
    own_code_folder,
    own_code_outdated,
    refuse_foreign,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedule_catalog.settings import Settings


def package_folders(settings: Settings) -> Mapping[str, str]:
    """Return the folder of each Lambda package, and of the own code of the callback service if there is any.

    Raises RunError for one that is not staged, or that Lambda could not load; warns about an outdated one. Those of the
    laptop stack are not checked.
    """
    packages = Path(settings.packages)
    folders = {package: packages / package for package in PACKAGES}
    if settings.callback.code is not None:
        folders[OWN_CODE] = own_code_folder(packages, settings.stack)
    advice = _how_to_stage(settings)
    if missing := [str(folder) for folder in folders.values() if not folder.is_dir()]:
        raise pulumi.RunError(f"Lambda packages are not staged: {', '.join(missing)}; {advice}")
    if settings.proxy_routes is None:
        for package, folder in folders.items():
            _look_into(package, folder, settings, advice)
    return {package: str(folder) for package, folder in folders.items()}


def _look_into(package: str, folder: Path, settings: Settings, advice: str) -> None:
    try:
        refuse_foreign(package, folder)
    except PackageError as error:
        raise pulumi.RunError(f"Lambda cannot load the package {folder}: {error.reason}; {advice}") from None
    try:
        own = package == OWN_CODE
        difference = own_code_outdated(settings, Path(), folder) if own else outdated(package, folder)
    except PackageError as error:
        raise pulumi.RunError(str(error)) from None
    if difference:
        pulumi.warn(f"the Lambda package {folder} is not up to date, it differs in {difference}; {advice}")


def _how_to_stage(settings: Settings) -> str:
    """Command that stages them: beside the Python that runs the program; `--cwd` may have changed the folder."""
    command, here = Path(sys.executable).with_name("schedules"), Path.cwd()
    shown = command.relative_to(here) if command.is_relative_to(here) else command
    file = here / f"Pulumi.{settings.stack}.yaml"
    own = ["--settings", file.name if file.is_file() else "FILE"] if settings.callback.code is not None else []
    return f"run in {here}: {shlex.join([str(shown), 'packages', '--out', settings.packages, *own])}"
