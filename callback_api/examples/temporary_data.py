"""Delete the files of an unfinished upload, below the folder TEMPORARY_DATA."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from callback_api.handlers import Call, PermanentError, task


@task("clean-temporary-data")
def clean(call: Call) -> dict[str, bool]:
    """Delete one folder; a missing folder is fine."""
    root = Path(os.environ["TEMPORARY_DATA"]).resolve()
    folder = (root / call.data["folder"]).resolve()
    if folder.parent != root:
        raise PermanentError("only a folder right below TEMPORARY_DATA is deleted")
    found = folder.is_dir()
    if found:
        shutil.rmtree(folder)
    return {"removed": found}
