"""A company's own code in the callback service's package: its modules, and the distributions that they need."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from infra.packages.binaries import refuse_foreign
from infra.packages.contents import PACKAGES
from infra.packages.errors import PackageError
from infra.packages.installing import install
from infra.packages.lock import locked, locked_versions
from infra.packages.staging import CHECKOUT, Platform, belongs, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.settings import Settings

WHEEL = ".whl"
OWN_CODE = "handlers"
"""Folder of the code inside the package, which the service puts on its path."""


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
            install(OWN_CODE, _needed(project / callback.requirements), folder)
        for name, content in own_files(project / callback.code):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        normalise(folder)
        if platform is Platform.LAMBDA:
            refuse_foreign(OWN_CODE, folder)
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    return target


def own_code_outdated(settings: Settings, project: Path, folder: Path) -> str | None:
    """Return the name of a file or distribution of the code that differs in *folder*; None if all are current."""
    callback = settings.callback
    if callback.code is None:
        return None
    for name, content in own_files(project / callback.code):
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            return str(name)
    needed = _needed(project / callback.requirements) if callback.requirements is not None else ""
    installed = {each.name.lower() for each in folder.glob("*.dist-info")}
    for name, version in locked_versions(needed).items():
        if f"{re.sub('[-.]', '_', name)}-{version}.dist-info" not in installed:
            return f"{name} {version}"
    return None


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


def _needed(requirements: Path) -> str:
    """Lines of the requirements, without what the service has; PackageError for another version of that."""
    try:
        text = requirements.read_text("utf-8")
    except OSError as error:
        raise PackageError(OWN_CODE, f"{error.strerror}: {requirements}") from None
    wanted = locked_versions(text)
    if not wanted:
        raise PackageError(OWN_CODE, f'"{requirements}" pins nothing: write it with uv pip compile --generate-hashes')
    lock = (CHECKOUT / "requirements.lock").read_text("utf-8")
    there = locked_versions(lock, PACKAGES["callback"].distributions)
    for name, version in wanted.items():
        if there.get(name, version) != version:
            reason = f"it needs {name} {version}, and the service has {there[name]}: pin that version"
            raise PackageError(OWN_CODE, reason)
    return locked(OWN_CODE, text, [name for name in wanted if name not in there])
