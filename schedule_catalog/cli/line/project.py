"""Pulumi files beside a catalog: name of the project, its stacks and their regions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.arguments import CATALOG
from schedule_catalog.settings import NAMESPACE
from schedule_catalog.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Project:
    """Folder of `Pulumi.yaml`, which need not exist."""

    folder: Path

    @classmethod
    def beside(cls, catalog: Sequence[Path] | None) -> Project:
        """Return the project of a catalog: a folder beside the files, or a file in such a folder."""
        path = (catalog or (CATALOG,))[0].absolute()
        return cls(path.parent.parent if path.is_file() else path.parent)

    def name(self) -> str:
        """Name of the project, with which the names of all resources begin."""
        found = _mapping(self.folder / "Pulumi.yaml").get("name")
        if not isinstance(found, str) or not found:
            raise UsageError(f'no Pulumi.yaml with a name in "{self.folder}": specify --project NAME')
        return found

    def only_stack(self) -> str:
        """Return the only stack with settings, shards not counted."""
        stacks = [stack for stack in self.stacks() if self.core(stack) is None]
        if len(stacks) != 1:
            known = f" (known: {listed(stacks)})" if stacks else ""
            raise UsageError(f"specify a stack with --stack NAME, or the laptop stack with --local{known}")
        return stacks[0]

    def stacks(self) -> list[str]:
        """Return the stacks with settings, sorted, shards included."""
        return sorted(path.name.split(".", 1)[1].removesuffix(".yaml") for path in self.folder.glob("Pulumi.*.yaml"))

    def region(self, stack: str) -> str | None:
        """Return the region in the settings of a stack."""
        region = self._config(stack).get("aws:region")
        return region if isinstance(region, str) else None

    def core(self, stack: str) -> str | None:
        """Return the stack that this shard belongs to."""
        shard: Any = self._config(stack).get(f"{NAMESPACE}:shard")
        core: Any = cast("dict[str, Any]", shard).get("core") if isinstance(shard, dict) else None
        return core if isinstance(core, str) else None

    def _config(self, stack: str) -> dict[str, Any]:
        config: Any = _mapping(self.folder / f"Pulumi.{stack}.yaml").get("config")
        return cast("dict[str, Any]", config) if isinstance(config, dict) else {}


def _mapping(path: Path) -> dict[str, Any]:
    from schedule_catalog.document import read_document

    if not path.is_file():
        return {}
    document = read_document(path, str(path))
    if not document.readable:
        raise UsageError(*map(str, document.problems))
    value: Any = document.value
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
