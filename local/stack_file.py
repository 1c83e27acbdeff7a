"""A stack's settings as Pulumi's CLI would hand them to the program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from local.clients import ACCOUNT
from local.errors import DeployerError
from schedule_catalog.document import read_document
from schedule_catalog.settings import NAMESPACE

PLACEHOLDER = "local-placeholder"
"""Replacement of an encrypted value on the laptop, which has no key to it."""


@dataclass(frozen=True, slots=True)
class StackFile:
    """A project's name and the configuration of one of its stacks: by full key (`project:key`), as text."""

    project: str
    config: Mapping[str, str]
    secret_keys: tuple[str, ...]

    @property
    def region(self) -> str | None:
        """The AWS region that it names."""
        return self.config.get("aws:region")


def read_stack(folder: Path, stack: str) -> StackFile:
    """Read `Pulumi.yaml`, which may be missing, and `Pulumi.<stack>.yaml`; DeployerError where one cannot be read."""
    of_project = folder / "Pulumi.yaml"
    project = str(_mapping(of_project).get("name", "")) if of_project.exists() else NAMESPACE
    values: dict[str, Any] = _mapping(folder / f"Pulumi.{stack}.yaml").get("config") or {}
    config = {key if ":" in key else f"{project}:{key}": value for key, value in values.items()}
    secret_keys = tuple(key for key, value in config.items() if _is_encrypted(value))
    return StackFile(project, {key: _text(value) for key, value in config.items()}, secret_keys)


def own_config(
    region: str, catalog: Path, calendars: Path, packages: Path, receiver: str, direct: Sequence[str]
) -> Mapping[str, str]:
    """Return what the laptop says instead of a stack's settings.

    The account and the region are the emulator's; the proxy connects to nothing but *receiver* and the *direct* hosts.
    """
    own = {
        "account": ACCOUNT,
        "region": region,
        "catalog": str(catalog),
        "calendars": str(calendars),
        "packages": str(packages),
        "proxy_routes": json.dumps({"default": receiver, "direct": list(direct)}),
    }
    return {f"{NAMESPACE}:{key}": value for key, value in own.items()}


def _mapping(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise DeployerError(f'there is no "{path}": {_advice(path.parent)}')
    document = read_document(path, str(path))
    if not document.readable:
        raise DeployerError("\n".join(map(str, document.problems)))
    content: Any = document.value
    if not isinstance(content, dict | None):
        raise DeployerError(f'"{path}" is not a mapping')
    return cast("dict[str, Any]", content or {})


def _advice(folder: Path) -> str:
    stacks = sorted(file.name.split(".", 1)[1].removesuffix(".yaml") for file in folder.glob("Pulumi.*.yaml"))
    return f"name a stack that has a settings file ({', '.join(stacks) or 'none has'})"


def _is_encrypted(value: object) -> bool:
    return isinstance(value, dict) and set(cast("dict[str, object]", value)) == {"secure"}


def _text(value: object) -> str:
    if _is_encrypted(value):
        return PLACEHOLDER
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
