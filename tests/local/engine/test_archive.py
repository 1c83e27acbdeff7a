from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from local.engine.archive import Archive


def folder(path: Path, **files: str) -> Path:
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.py").write_text(text)
    return path


def test_the_digest_is_of_names_and_contents_alone(tmp_path: Path) -> None:
    first, second = folder(tmp_path / "a", x="1", y="2"), folder(tmp_path / "b", y="2", x="1")
    os.utime(second / "x.py", (0, 0))
    (second / "x.py").chmod(0o755)
    assert Archive(path=first).digest() == Archive(path=second).digest()


def test_text_that_moves_from_one_file_to_the_next_changes_the_digest(tmp_path: Path) -> None:
    first, second = folder(tmp_path / "a", x="12", y="3"), folder(tmp_path / "b", x="1", y="23")
    assert Archive(path=first).digest() != Archive(path=second).digest()


def test_the_zip_holds_every_file_under_its_name(tmp_path: Path) -> None:
    archive = Archive(members={"code": Archive(path=folder(tmp_path / "a", x="1")), "note": Archive(text="hello")})
    with zipfile.ZipFile(io.BytesIO(archive.zipped())) as zipped:
        assert {name: zipped.read(name) for name in zipped.namelist()} == {"code/x.py": b"1", "note": b"hello"}


def test_a_zip_file_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "ready.zip").write_bytes(b"PK")
    assert Archive(path=tmp_path / "ready.zip").zipped() == b"PK"


def test_a_member_called_dot_is_what_the_others_are_beside(tmp_path: Path) -> None:
    """As Pulumi joins the names of an archive in an archive, and takes them by their order."""
    code = folder(tmp_path / "a", x="1", z="2")
    archive = Archive(members={".": Archive(path=code), "settings.json": Archive(text="{}")})

    assert [*archive.files()] == [("settings.json", b"{}"), ("x.py", b"1"), ("z.py", b"2")]
