"""Files that a program hands over: hashed by their contents, zipped for Lambda."""

from __future__ import annotations

import hashlib
import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Archive:
    """A file, a folder, a text, or a mapping of names to these."""

    path: Path | None = None
    text: str | None = None
    members: Mapping[str, Archive] = field(default_factory=dict[str, "Archive"])

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file as its name inside the archive (empty for a single file) and its contents, sorted by name.

        A zip file is one file. FileNotFoundError if there is nothing at the path.
        """
        if self.text is not None:
            yield "", self.text.encode()
        elif self.path is None:
            yield from self._member_files()
        elif self.path.is_dir():
            for file in sorted(file for file in self.path.rglob("*") if file.is_file()):
                yield file.relative_to(self.path).as_posix(), file.read_bytes()
        else:
            yield "", self.path.read_bytes()

    def _member_files(self) -> Iterator[tuple[str, bytes]]:
        found = ((name, inner, data) for name, each in self.members.items() for inner, data in each.files())
        yield from sorted((posixpath.normpath(posixpath.join(name, inner)), data) for name, inner, data in found)

    def digest(self) -> str:
        """SHA-256 over names and contents; times and modes do not count."""
        total = hashlib.sha256()
        for name, data in self.files():
            total.update(f"{name}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()

    def zipped(self) -> bytes:
        """A zip of the files, or the file itself where it is a zip already."""
        if self.path is not None and self.path.is_file():
            return self.path.read_bytes()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.files():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.external_attr = _REGULAR
                archive.writestr(entry, data)
        return buffer.getvalue()
