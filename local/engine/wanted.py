"""A resource as the program wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.engine.values import decode


@dataclass(frozen=True, slots=True)
class Wanted:
    """One registration of a resource; `inputs` may hold Secret and Archive."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    aliases: tuple[str, ...]
    ignored: frozenset[str]
    replaced_by: frozenset[str]
    delete_first: bool
    protected: bool


def wanted_of(request: Any, urn: str, folder: Path) -> Wanted:
    """Read a RegisterResourceRequest; relative paths of assets are taken from `folder`."""
    return Wanted(
        urn=urn,
        type=request.type,
        name=request.name,
        inputs={key: value for key, value in decode(request.object, folder).items() if value is not None},
        dependencies=tuple(request.dependencies),
        property_dependencies={key: tuple(found.urns) for key, found in request.propertyDependencies.items()},
        aliases=tuple(request.aliasURNs),
        ignored=frozenset(request.ignoreChanges),
        replaced_by=frozenset(request.replaceOnChanges),
        delete_first=request.deleteBeforeReplace,
        protected=request.protect,
    )


def urn_of(stack: str, project: str, parent: str, resource_type: str, name: str) -> str:
    """The URN as the real engine makes it: a child's type is qualified by its parents', the stack's left out."""
    qualified = parent.split("::")[2] if parent else ""
    if qualified and not qualified.endswith("pulumi:pulumi:Stack"):
        resource_type = f"{qualified}${resource_type}"
    return f"urn:pulumi:{stack}::{project}::{resource_type}::{name}"
