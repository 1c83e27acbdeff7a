"""Tags of resources: how each service lists, adds and removes them, as the AWS provider does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from local.clients import Clients

DEFAULT_TAGS = "aws:defaultTags"
"""The setting of the provider whose tags every resource has that can have any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """One service's way with tags.

    key: the argument that names the resource, by its ARN or by the engine's id; further: arguments beside it.
    listed: returns a resource's tags as the service gives them.
    form: whether tags are a list of keys and values or a mapping; tags, keys: what the service calls them.
    """

    service: str
    key: str
    listed: Callable[[Any, str], Any]
    by: Literal["arn", "id"] = "arn"
    further: Mapping[str, str] = field(default_factory=dict[str, str])
    form: Literal["list", "map"] = "list"
    add: str = "tag_resource"
    remove: str = "untag_resource"
    tags: str = "Tags"
    keys: str = "TagKeys"

    def apply(self, aws: Clients, target: str, wanted: Mapping[str, str]) -> None:
        """Give a resource these tags, and of others only AWS's own."""
        client, named = aws.client(self.service), {self.key: target, **self.further}
        found = _as_mapping(self.listed(client, target))
        gone = [name for name in found if name not in wanted and not name.startswith("aws:")]
        if gone:
            getattr(client, self.remove)(**named, **{self.keys: gone})
        if more := {name: value for name, value in wanted.items() if found.get(name) != value}:
            getattr(client, self.add)(**named, **{self.tags: more if self.form == "map" else as_list(more)})


def default_tags(config: Mapping[str, str]) -> Mapping[str, str]:
    """Return the tags that a stack's configuration gives to every resource."""
    return json.loads(config.get(DEFAULT_TAGS) or "{}").get("tags") or {}


def as_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """The tags as most APIs want them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _as_mapping(tags: Any) -> Mapping[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags} if isinstance(tags, list) else tags or {}  # pyright: ignore[reportUnknownVariableType]
