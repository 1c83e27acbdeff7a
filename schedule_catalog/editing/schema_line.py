"""First line of a new file: it names the schema by which an editor completes and checks the file."""

from __future__ import annotations

import os.path
from pathlib import Path


def schema_line(path: Path, schema: str) -> tuple[str, ...]:
    """Return the line for a file, as `schedules init` writes it; none where no folder above has a copy of the schema.

    The search ends at the top of the repository.
    """
    folder = path.absolute().parent
    for above in (folder, *folder.parents):
        copy = above / "schemas" / f"{schema}.schema.json"
        if copy.is_file():
            return (f"# yaml-language-server: $schema={Path(os.path.relpath(copy, folder)).as_posix()}",)
        if (above / ".git").exists():
            break
    return ()
