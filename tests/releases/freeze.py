"""`python -m tests.releases.freeze TAG`: keep a release as users have it, so that later code is held to it."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
PROGRAM = ("__main__.py", "callback_api", "infra", "proxy", "requirements.lock", "schedule_catalog", "schedule_client")
SOURCES = ("proxy", "schedule_client")
_SCHEMAS = "schemas"


def freeze(tag: str, repository: Path = HERE.parents[1], releases: Path = HERE) -> Path:
    """Write the release's folder: its whole program, packed, and the sources that tests run by themselves."""
    target = releases / tag.removeprefix("v")
    target.mkdir()
    packed = _archive(repository, tag, (*PROGRAM, _SCHEMAS))
    (target / "program.tar.gz").write_bytes(gzip.compress(packed, 9, mtime=0))
    with tarfile.open(fileobj=io.BytesIO(_archive(repository, tag, SOURCES))) as sources:
        sources.extractall(target, filter="data")
    return target


def _archive(repository: Path, tag: str, names: tuple[str, ...]) -> bytes:
    command = ["git", "archive", "--format=tar", tag, "--", *names]
    return subprocess.run(command, cwd=repository, capture_output=True, check=True).stdout


if __name__ == "__main__":
    sys.stdout.write(f"{freeze(sys.argv[1])}\n")
