"""Staging: one folder per package, without differences between machines."""

from __future__ import annotations

import shutil
import sys
import tempfile
from enum import StrEnum
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from infra.packages.binaries import refuse_foreign
from infra.packages.contents import PACKAGES, Contents
from infra.packages.errors import PackageError
from infra.packages.installing import install
from infra.packages.lock import locked

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKOUT = Path(__file__).resolve().parents[2]
# Files that an installer adds about itself.
_LEFT_OUT = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")


class Platform(StrEnum):
    """Machine of the package: Lambda, or the one that stages it (the laptop stack)."""

    LAMBDA = "lambda"
    HOST = "host"


def stage(package: str, out: Path, platform: Platform, checkout: Path = CHECKOUT) -> Path:
    """Stage *package* as the folder of that name under *out*, replacing the old one, and return it.

    For Lambda the wheels come from uv's cache or the network, with the hashes of `requirements.lock`; for the host the
    installed distributions are copied, without a network. Raises PackageError.
    """
    contents = PACKAGES[package]
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=f".{package}-") as scratch:
        folder = Path(scratch) / package
        folder.mkdir()
        _add_distributions(package, contents, folder, platform, checkout)
        _add_modules(package, contents, folder, checkout)
        normalise(folder)
        if platform is Platform.LAMBDA:
            refuse_foreign(package, folder)
        target = out / package
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    return target


def _add_distributions(package: str, contents: Contents, folder: Path, platform: Platform, checkout: Path) -> None:
    if platform is Platform.HOST:
        for name in contents.distributions:
            _copy_installed(package, name, folder)
        return
    lock = (checkout / "requirements.lock").read_text("utf-8")
    install(package, locked(package, lock, contents.distributions), folder)


def _copy_installed(package: str, name: str, folder: Path) -> None:
    try:
        files = metadata.distribution(name).files or []
    except metadata.PackageNotFoundError:
        raise PackageError(package, f'"{name}" is not installed in {sys.prefix}') from None
    for file in files:
        if belongs(file):
            destination = folder / file
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), destination)


def _add_modules(package: str, contents: Contents, folder: Path, checkout: Path) -> None:
    for module in contents.modules:
        for name, source in module_files(package, checkout, module, contents.left_out).items():
            destination = folder / name
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, destination)


def module_files(package: str, checkout: Path, module: str, left_out: tuple[str, ...]) -> Mapping[Path, Path]:
    """Return a module's Python files and its data files, which are in folders named `assets`.

    The keys are their names in the package. Raises PackageError if there are none.
    """
    root = _root_of(module, checkout)
    path = root / module
    found = [path] if path.is_file() else [*path.rglob("*.py"), *path.rglob("assets/*")]
    ours = {each.relative_to(root): each for each in found}
    files = {name: each for name, each in ours.items() if belongs(name) and not any(map(name.is_relative_to, left_out))}
    if not files:
        raise PackageError(package, f"{path} has no Python file")
    return files


def _root_of(module: str, checkout: Path) -> Path:
    """Folder of a module: the checkout, or the folder of its installed distribution."""
    top = PurePath(module).parts[0]
    if (checkout / top).exists() or (found := find_spec(top)) is None or found.origin is None:
        return checkout
    return Path(found.origin).parents[1]


def belongs(file: PurePath) -> bool:
    """Return whether a file belongs in a package: not scripts in `bin` or outside, not bytecode, not hidden files."""
    parts = file.parts
    outside = parts[0] == "bin" or any(part.startswith(".") for part in parts)
    return not (outside or "__pycache__" in parts or file.suffix == ".pyc" or file.name in _LEFT_OUT)


def normalise(folder: Path) -> None:
    """Delete files that do not belong in the package, and give all files one mode, whatever the umask."""
    for path in sorted(folder.rglob("*"), reverse=True):
        relative = path.relative_to(folder)
        if path.is_dir():
            path.chmod(0o755)
            if not any(path.iterdir()):
                path.rmdir()
        elif not belongs(relative):
            path.unlink()
        else:
            path.chmod(0o644)
    folder.chmod(0o755)
