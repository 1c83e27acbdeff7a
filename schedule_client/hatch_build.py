"""Build of `schedule-client`: this folder as a package, and `callback_api`, which is beside it in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SERVICE = "callback_api"
_NOT_OF_THE_PACKAGE = ("__pycache__", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE", "PKG-INFO", _SERVICE)


class Packages(BuildHookInterface[Any]):
    """Lists the files of the wheel, and those of the source distribution that are outside this folder."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Set the position of each file; a source distribution has the service in this folder."""
        if version == "editable":
            return
        root, files = Path(self.root), build_data["force_include"]
        carried = root / _SERVICE
        if self.target_name == "wheel":
            ours = (each for each in root.iterdir() if each.name not in _NOT_OF_THE_PACKAGE and each.name[0] != ".")
            files |= {str(each): f"schedule_client/{each.name}" for each in ours}
            files[str(carried if carried.is_dir() else root.parent / _SERVICE)] = _SERVICE
        elif not carried.is_dir():
            files[str(root.parent / _SERVICE)] = _SERVICE
