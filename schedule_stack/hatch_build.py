"""Build of `schedule-stack`: the program's tree, which is beside this folder in a checkout, as data of the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

TREE = ("__main__.py", "infra", "local", "proxy", "requirements.lock")
PACKAGE = ("__init__.py", "__main__.py", "py.typed")


class Dependencies(MetadataHookInterface):
    """Adds the distributions that are released together with this one, in its version."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Write the dependencies; a source distribution has them in its metadata."""
        given = cast("dict[str, list[str]]", self.config)  # pyright: ignore[reportUnknownMemberType]
        twins = [f"{name}=={metadata['version']}" for name in given["same-version"]]
        metadata.setdefault("dependencies", [*given["dependencies"], *twins])


class Tree(BuildHookInterface[Any]):
    """Names the files of the wheel, and those of the source distribution that are not in this folder."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Say where each file is; a source distribution has the tree in this folder."""
        if version == "editable":
            return
        root, files = Path(self.root), build_data["force_include"]
        carried = root / "tree"
        if self.target_name == "wheel":
            files |= {str(root / name): f"schedule_stack/{name}" for name in PACKAGE}
            source = carried if carried.is_dir() else root.parent
            files |= {str(source / name): f"schedule_stack/tree/{name}" for name in TREE}
        elif not carried.is_dir():
            files |= {str(root.parent / name): f"tree/{name}" for name in TREE}
