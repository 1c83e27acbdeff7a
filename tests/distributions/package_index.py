"""A package index on loopback (PEP 503): what is installed here, packed as wheels again, and wheels that are given.

So environments are made as a user makes them, by pip or uv from an index, and no test needs another network.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

_LEFT_OUT = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")


def normalized(name: str) -> str:
    """The name as an index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


class PackageIndex:
    """The files of an index: one wheel for each distribution, packed when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packing = threading.Lock()
        self._installed = {normalized(each.name): each for each in metadata.distributions()}
        self._given: dict[str, Path] = {}

    def add(self, file: Path) -> None:
        """Serve a wheel or a source distribution, in place of what is installed of that name."""
        self._given[normalized(re.split(r"-\d", file.name)[0])] = file

    def file_name(self, name: str) -> str | None:
        """The one file of a distribution."""
        if name in self._given:
            return self._given[name].name
        found = self._installed.get(name)
        if found is None or _is_editable(found):
            return None
        tags = re.findall(r"^Tag: (\S+)$", found.read_text("WHEEL") or "", re.MULTILINE)
        tag = next(each for each in tags if not each.startswith("py2-"))
        return f"{name.replace('-', '_')}-{found.version}-{tag}.whl"

    def metadata(self, file_name: str) -> bytes | None:
        """The metadata of a wheel, without which it would have to be packed to learn what it needs (PEP 658)."""
        name = normalized(file_name.split("-")[0])
        if self.file_name(name) != file_name:
            return None
        if name not in self._given:
            return (self._installed[name].read_text("METADATA") or "").encode()
        with ZipFile(self._given[name]) as wheel:
            return wheel.read(next(each for each in wheel.namelist() if each.endswith(".dist-info/METADATA")))

    def content(self, file_name: str) -> Path | None:
        """The file of that name."""
        given = {each.name: each for each in self._given.values()}
        if file_name in given:
            return given[file_name]
        name = normalized(file_name.split("-")[0])
        if self.file_name(name) != file_name:
            return None
        with self._packing:
            target = self._folder / file_name
            if not target.exists():
                _pack(self._installed[name], target)
        return target


def _is_editable(found: metadata.Distribution) -> bool:
    return '"editable"' in (found.read_text("direct_url.json") or "")


def _pack(found: metadata.Distribution, target: Path) -> None:
    """Pack what an installer unpacked; the scripts that it made of entry points are made again."""
    files = found.files or []
    stem = next(file.parts[0] for file in files if file.name == "METADATA").removesuffix(".dist-info")
    scripts = f"{stem}.data/scripts"
    made = {f"{scripts}/{each.name}" for each in found.entry_points}
    named = {str(file.locate()): _name_in_wheel(file, scripts) for file in files}
    kept = {path: name for path, name in named.items() if name is not None and name not in made}
    record = f"{stem}.dist-info/RECORD"
    with ZipFile(target, "w", ZIP_STORED) as wheel:
        for path, name in kept.items():
            wheel.write(path, name)
        wheel.writestr(record, "".join(f"{name},,\n" for name in [*kept.values(), record]))


def _name_in_wheel(file: metadata.PackagePath, scripts: str) -> str | None:
    if "__pycache__" in file.parts or file.name in _LEFT_OUT or file.suffix == ".pyc":
        return None
    if file.parts[0] != "..":
        return file.as_posix()
    return f"{scripts}/{file.name}" if file.parts[-2] == Path(sys.executable).parent.name else None


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, index: PackageIndex, *arguments: Any) -> None:
        self._index = index
        super().__init__(*arguments)

    def do_GET(self) -> None:
        *_, kind, name = self.path.strip("/").split("/")
        if kind == "files" and name.endswith(".metadata"):
            self._answer(self._index.metadata(name.removesuffix(".metadata")), "text/plain")
        elif kind == "files":
            content = self._index.content(name)
            self._answer(content.read_bytes() if content else None, "application/octet-stream")
        else:
            file = self._index.file_name(normalized(name))
            page = f'<!doctype html><a href="/files/{file}" data-dist-info-metadata="true">{file}</a>' if file else None
            self._answer(page.encode() if page else None, "text/html")

    def _answer(self, body: bytes | None, kind: str) -> None:
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def served(index: PackageIndex) -> Generator[str]:
    """Serve an index; gives its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, index))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def environment_of(url: str, folder: Path) -> Mapping[str, str]:
    """The variables by which uv, pip and what they start know this index and nothing else."""
    return {
        "HOME": str(folder),
        "HTTPS_PROXY": "http://127.0.0.1:9",  # nobody is there: a request that leaves loopback fails
        "NO_PROXY": "127.0.0.1",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_INDEX_URL": url,
        "PIP_NO_CACHE_DIR": "1",
        "PIPX_BIN_DIR": str(folder / "pipx-bin"),
        "PIPX_DEFAULT_PYTHON": sys.executable,
        "PIPX_HOME": str(folder / "pipx"),
        "UV_CACHE_DIR": str(folder / "uv-cache"),
        "UV_DEFAULT_INDEX": url,
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_TOOL_BIN_DIR": str(folder / "bin"),
        "UV_TOOL_DIR": str(folder / "tools"),
    }
