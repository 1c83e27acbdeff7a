"""A company's own code in the callback service's package: its modules, and the distributions that they need."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from infra.lambda_runtime import DISTRIBUTIONS
from infra.packages.binaries import refuse_foreign
from infra.packages.contents import PACKAGES
from infra.packages.errors import PackageError
from infra.packages.installing import install
from infra.packages.lock import Pin, locked_versions, pins
from infra.packages.staging import CHECKOUT, Platform, belongs, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schedule_catalog.settings import Settings

WHEEL = ".whl"
_HOW = "write it with uv pip compile --generate-hashes"
OWN_CODE = "handlers"
"""Folder of the code inside the package, which the service puts on its path."""
OWN_FILES = ".own-files"
"""Names of the staged files that are the code itself; the other files are those of its distributions."""


def own_code_folder(packages: Path, stack: str) -> Path:
    """Return the folder of the staged code of a stack."""
    return packages / f"{OWN_CODE}-{stack}"


def stage_own_code(settings: Settings, project: Path, out: Path, platform: Platform) -> Path | None:
    """Stage the code that *settings* name, relative to *project*, and return its folder under *out*.

    None if they name none. For this machine its distributions are those of the environment. Raises PackageError.
    """
    callback = settings.callback
    if callback.code is None:
        return None
    target = own_code_folder(out, settings.stack)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=f".{target.name}-") as scratch:
        folder = Path(scratch) / target.name
        folder.mkdir()
        if callback.requirements is not None and platform is Platform.LAMBDA:
            install(OWN_CODE, "".join(pin.text for pin in _needed(project / callback.requirements)), folder)
        own = dict(own_files(project / callback.code))
        for name, content in own.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        normalise(folder)
        (folder / OWN_FILES).write_text("".join(f"{name}\n" for name in own), "utf-8")
        (folder / OWN_FILES).chmod(0o644)
        if platform is Platform.LAMBDA:
            refuse_foreign(OWN_CODE, folder)
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    return target


def own_code_outdated(settings: Settings, project: Path, folder: Path) -> str | None:
    """Return the name of a file or distribution of the code that differs in *folder*; None if all are current.

    Also of one that is only in *folder*, as it was removed from the code since.
    """
    callback = settings.callback
    if callback.code is None:
        return None
    own = dict(own_files(project / callback.code))
    for name, content in own.items():
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            return str(name)
    needed = _needed(project / callback.requirements) if callback.requirements is not None else ()
    listed = (folder / OWN_FILES).read_text("utf-8").splitlines() if (folder / OWN_FILES).is_file() else ()
    wanted, installed = {f"{pin.name} {pin.version}" for pin in needed}, _installed(folder, own)
    changed = {*map(str, own)}.symmetric_difference(listed) or wanted - installed or installed - wanted
    return min(changed, default=None)


def _installed(folder: Path, own: Iterable[PurePath]) -> set[str]:
    """Names and versions of the distributions in *folder*; the code's own metadata, from its wheel, is not one."""
    ours = {name.parts[0] for name in own}
    found = (each.stem.partition("-") for each in folder.glob("*.dist-info") if each.name not in ours)
    return {f"{canonicalize_name(name)} {version}" for name, _, version in found}


def own_files(code: Path) -> Iterator[tuple[PurePath, bytes]]:
    """Yield the files of a folder or a wheel, in order: name and content. Raises PackageError."""
    if code.is_dir():
        for file in sorted(code.rglob("*")):
            name = file.relative_to(code)
            if file.is_file() and belongs(name):
                yield name, file.read_bytes()
    elif code.suffix == WHEEL and zipfile.is_zipfile(code):
        with zipfile.ZipFile(code) as wheel:
            for member in sorted(wheel.namelist()):
                name = PurePath(member)
                if name.parts[0].endswith(".data") or ".." in name.parts or name.is_absolute():
                    raise PackageError(OWN_CODE, f'"{code}" has files for places outside the code, such as "{member}"')
                if not member.endswith("/") and belongs(name):
                    yield name, wheel.read(member)
    else:
        raise PackageError(OWN_CODE, f'"{code}" is not a folder or a wheel: correct callback.code in the settings')


def _needed(requirements: Path) -> tuple[Pin, ...]:
    """Pins for Lambda, without what the service has; PackageError for another version of that, or a line without."""
    try:
        found = pins(requirements.read_text("utf-8"))
    except OSError as error:
        raise PackageError(OWN_CODE, f"{error.strerror}: {requirements}") from None
    except ValueError as error:
        raise PackageError(OWN_CODE, f'"{requirements}" has "{error}", which is not NAME==VERSION: {_HOW}') from None
    if not found:
        raise PackageError(OWN_CODE, f'"{requirements}" pins nothing: {_HOW}')
    wanted = [pin for pin in found if pin.applies]
    lock = (CHECKOUT / "requirements.lock").read_text("utf-8")
    there = locked_versions(lock, PACKAGES["callback"].distributions)
    for pin in wanted:
        if pin.name in DISTRIBUTIONS:
            reason = f'"{requirements}" pins {pin.name}, and Lambda\'s runtime brings its own version: remove the line'
            raise PackageError(OWN_CODE, reason)
        if there.get(pin.name, pin.version) != pin.version:
            reason = f"it needs {pin.name} {pin.version}, and the service has {there[pin.name]}: pin that version"
            raise PackageError(OWN_CODE, reason)
    return tuple(pin for pin in wanted if pin.name not in there)
