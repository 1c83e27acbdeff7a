"""Check that Lambda can load compiled modules."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from infra.lambda_runtime import PYTHON_VERSION
from infra.packages.errors import PackageError

if TYPE_CHECKING:
    from pathlib import Path

# ELF header: e_ident begins with the magic number, e_machine is the half-word at 18 (System V ABI, chapter 4).
_MAGIC = b"\x7fELF"
_HEADER = struct.Struct("<4s14xH")
_AARCH64 = 183
_TAGS = (f".cpython-{PYTHON_VERSION.replace('.', '')}-aarch64-linux-gnu.so", ".abi3.so")


def refuse_foreign(package: str, folder: Path) -> None:
    """Raise PackageError for a shared object that Lambda's Python on arm64 would not load."""
    for file in sorted(folder.rglob("*.so")):
        name = file.relative_to(folder)
        if not file.name.endswith(_TAGS):
            raise PackageError(package, f'"{name}" is not for CPython {PYTHON_VERSION} on arm64')
        with file.open("rb") as content:
            header = content.read(_HEADER.size)
        if len(header) < _HEADER.size or _HEADER.unpack(header) != (_MAGIC, _AARCH64):
            raise PackageError(package, f'"{name}" is not compiled for arm64')
