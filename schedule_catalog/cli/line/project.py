"""Project of a catalog: the folder with its Pulumi files, the project's name, its stacks and their regions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.arguments import CATALOG
from schedule_catalog.settings import NAMESPACE
from schedule_catalog.wording import listed
from schedule_catalog.work_tree import work_tree
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

_PREFIX, _SUFFIX = "Pulumi.", ".yaml"


@frozen
class Project:
    """Folder of `Pulumi.yaml`, which need not exist."""

    folder: Path

    @classmethod
    def beside(cls, catalog: Sequence[Path] | None, settings: Sequence[Path] | None = None) -> Project:
        """Return the project of a catalog; every verb uses this rule.

        It is the folder of the given settings. Else it is the nearest folder above the catalog that has Pulumi files,
        up to the top of the repository; without any, it is the folder that contains the catalog.
        """
        if settings:
            return cls(settings[0].absolute().parent)
        above = [_folders_above(path) for path in catalog or (CATALOG,)]
        found = (folder for folders in above for folder in folders if _has_pulumi_files(folder))
        return cls(next(found, above[0][0]))

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

    def settings_files(self) -> list[Path]:
        """Return the settings files of the stacks, sorted, shards included."""
        return sorted(self.folder.glob(f"{_PREFIX}*{_SUFFIX}"))

    def stacks(self) -> list[str]:
        """Return the stacks with settings, sorted, shards included."""
        return sorted(map(stack_of, self.settings_files()))

    def region(self, stack: str) -> str | None:
        """Return the region in the settings of a stack."""
        region = self._config(stack).get("aws:region")
        return region if isinstance(region, str) else None

    def core(self, stack: str) -> str | None:
        """Return the stack that this shard belongs to."""
        shard: Any = self._config(stack).get(f"{NAMESPACE}:shard")
        core: Any = cast("dict[str, Any]", shard).get("core") if isinstance(shard, dict) else None
        return core if isinstance(core, str) else None

    def owners(self) -> set[str]:
        """Return the owners that the settings of any stack declare."""
        found: list[Any] = [self._config(stack).get(f"{NAMESPACE}:owners") for stack in self.stacks()]
        return {str(owner) for each in found if isinstance(each, dict) for owner in cast("dict[str, Any]", each)}

    def _config(self, stack: str) -> dict[str, Any]:
        config: Any = _mapping(self.folder / f"{_PREFIX}{stack}{_SUFFIX}").get("config")
        return cast("dict[str, Any]", config) if isinstance(config, dict) else {}


def stack_of(settings: Path) -> str:
    """Return the name of the stack of a settings file."""
    return settings.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)


def _folders_above(path: Path) -> list[Path]:
    """Possible folders of the project of a catalog, or of a file in one: the nearest first, at least one."""
    catalog = path.absolute().parent if path.is_file() else path.absolute()
    top = work_tree(catalog)
    if top is None or not catalog.parent.is_relative_to(top):
        return [catalog.parent]
    return [catalog.parent, *(each for each in catalog.parent.parents if each.is_relative_to(top))]


def _has_pulumi_files(folder: Path) -> bool:
    return (folder / "Pulumi.yaml").is_file() or next(folder.glob(f"{_PREFIX}*{_SUFFIX}"), None) is not None


def _mapping(path: Path) -> dict[str, Any]:
    from schedule_catalog.document import read_document

    if not path.is_file():
        return {}
    document = read_document(path, str(path))
    if not document.readable:
        raise UsageError(*map(str, document.problems))
    value: Any = document.value
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
