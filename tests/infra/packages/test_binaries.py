from __future__ import annotations

import struct
from pathlib import Path

import pytest

from infra.packages import PackageError
from infra.packages.binaries import refuse_foreign

ARM64, X86_64 = 183, 62
RIGHT = "core/_core.cpython-313-aarch64-linux-gnu.so"


def written(folder: Path, name: str, machine: int = ARM64) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(struct.pack("<4s14xH", b"\x7fELF", machine) + b"code")
    return folder


@pytest.mark.parametrize("name", [RIGHT, "core/_core.abi3.so"])
def test_what_lambda_can_load_is_let_through(name: str, tmp_path: Path):
    refuse_foreign("callback", written(tmp_path, name))


@pytest.mark.parametrize(
    "name",
    [
        "core/_core.cpython-311-aarch64-linux-gnu.so",
        "core/_core.cpython-313-x86_64-linux-gnu.so",
        "core/_core.cpython-313-darwin.so",
        "core/_core.so",
    ],
)
def test_a_module_for_another_python_or_machine_is_refused_by_its_name(name: str, tmp_path: Path):
    with pytest.raises(PackageError, match=f'"{name}" is not for CPython 3.13 on arm64'):
        refuse_foreign("callback", written(tmp_path, name))


def test_code_of_another_machine_is_refused_whatever_its_name(tmp_path: Path):
    with pytest.raises(PackageError, match=f'"{RIGHT}" is not compiled for arm64'):
        refuse_foreign("callback", written(tmp_path, RIGHT, X86_64))


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"not a shared object at all"])
def test_what_is_no_shared_object_is_refused(content: bytes, tmp_path: Path):
    (tmp_path / "core.abi3.so").write_bytes(content)

    with pytest.raises(PackageError, match="is not compiled for arm64"):
        refuse_foreign("callback", tmp_path)
