"""Remove the files of an upload that nobody finished, below the folder TEMPORARY_DATA."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from callback_api.handlers import Call, PermanentError, task


@task("clean-temporary-data")
def clean(call: Call) -> dict[str, bool]:
    """Remove one folder; one that is gone already is as good."""
    root = Path(os.environ["TEMPORARY_DATA"]).resolve()
    folder = (root / call.data["folder"]).resolve()
    if folder.parent != root:
        raise PermanentError("only a folder right below TEMPORARY_DATA is removed")
    found = folder.is_dir()
    if found:
        shutil.rmtree(folder)
    return {"removed": found}
