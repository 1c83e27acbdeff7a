"""Comparison of a staged package with a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.packages.contents import PACKAGES
from infra.packages.lock import locked_versions
from infra.packages.staging import CHECKOUT, module_files

if TYPE_CHECKING:
    from pathlib import Path


def outdated(package: str, folder: Path, checkout: Path = CHECKOUT) -> str | None:
    """Return the name of a file or distribution that differs in *folder*; None if all are current.

    Third-party files are not compared: a distribution of the locked version is assumed to be correct.
    """
    contents = PACKAGES[package]
    for module in contents.modules:
        for name, source in module_files(package, checkout, module, contents.left_out).items():
            if not _same(folder / name, source):
                return str(name)
    lock = (checkout / "requirements.lock").read_text("utf-8")
    for name, version in locked_versions(lock, contents.distributions).items():
        if not (folder / f"{name.replace('-', '_')}-{version}.dist-info").is_dir():
            return f"{name} {version}"
    return None


def _same(staged: Path, source: Path) -> bool:
    return staged.is_file() and staged.read_bytes() == source.read_bytes()
