"""One resource at a time: compare it with the state, and create, update, replace or delete it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.engine.deployment import Operation, ResourceChange
from local.engine.state import DeployedResource, DeployedState
from local.engine.values import Secret, record, reveal
from local.resources import RESOURCE_TYPES, ResourceType, is_gone, is_taken

if TYPE_CHECKING:
    from local.clients import Clients
    from local.engine.wanted import Wanted


class ResourceError(Exception):
    """A resource could not be made as the program wants it."""


class Reconciler:
    """Makes resources as they are wanted, from several threads at once; `report` hears of every change.

    `tags` are those that every resource has that can have any.

    `verify` checks that resources in the state really exist, and creates missing ones again.

    `contested` are the URNs whose name another resource wants: they stay, wanted or not, as with the real engine.
    """

    def __init__(
        self,
        aws: Clients,
        state: DeployedState,
        report: Callable[[ResourceChange], None],
        *,
        tags: Mapping[str, str] | None = None,
        verify: bool = False,
    ) -> None:
        self._aws = aws
        self._tags = tags or {}
        self._verify = verify
        self._state = state
        self._report = report
        self._lock = threading.Lock()
        self._claims = _claims(state)
        self._taken_down: set[str] = set()
        self.contested: set[str] = set()
        self.unchanged = 0

    def apply(self, wanted: Wanted) -> DeployedResource:
        """Make one resource as it is wanted; ResourceError if that fails."""
        kind = resource_type_of(wanted.type)
        with _translated():
            old = self._known(wanted)
            if old is not None and self._verify and self._is_lost(kind, old):
                old = None
            wanted = _named(kind, self._tagged(kind, wanted), old)
            self._claim(kind, wanted)
            recorded = record(dict(wanted.inputs), self._state.salt)
            if old is None:
                return self._create(kind, wanted, recorded)
            changed = _changed(old.inputs, recorded) - _ignored_secrets(wanted)
            if changed & (kind.replace_on | wanted.replaced_by):
                return self._replace(kind, wanted, recorded, old)
            return self._update(kind, wanted, recorded, old, changed)

    def delete(self, entry: DeployedResource) -> None:
        """Delete a resource that is no longer wanted; ResourceError if that fails."""
        self._take_down(entry)
        if not entry.outdated:
            self._report(ResourceChange(entry.urn, entry.type, entry.name, "delete"))

    def _tagged(self, kind: ResourceType, wanted: Wanted) -> Wanted:
        if kind.tagging is None or not self._tags:
            return wanted
        return replace(wanted, inputs={**wanted.inputs, "tags": {**self._tags, **wanted.inputs.get("tags", {})}})

    def _known(self, wanted: Wanted) -> DeployedResource | None:
        """The deployed resource, by its URN or by an alias, which it then loses."""
        entries = self._state.entries
        if wanted.urn in entries:
            return entries[wanted.urn]
        former = next((entries[alias] for alias in wanted.aliases if alias in entries), None)
        if former is None:
            return None
        renamed = replace(former, urn=wanted.urn, name=wanted.name)
        self._state.put(renamed)
        self._state.remove(former.key)
        with self._lock:
            self._claims.update({key: wanted.urn for key, urn in self._claims.items() if urn == former.urn})
        return renamed

    def _is_lost(self, kind: ResourceType, entry: DeployedResource) -> bool:
        """Whether it was deleted behind the engine's back."""
        try:
            return kind.read(self._aws, entry.id, entry.inputs) is None
        except ClientError as error:
            if is_gone(error):
                return True
            raise

    def _claim(self, kind: ResourceType, wanted: Wanted) -> None:
        claim = kind.claim(reveal(dict(wanted.inputs)))
        if claim is None:
            return
        with self._lock:
            holder = self._claims.setdefault((wanted.type, claim), wanted.urn)
            self.contested |= {holder} - {wanted.urn}
        if holder != wanted.urn:
            raise ResourceError(
                f'"{claim}" is the name of another resource of this stack, {holder}: rename one, or give it an alias'
            )

    def _create(self, kind: ResourceType, wanted: Wanted, recorded: Mapping[str, Any]) -> DeployedResource:
        inputs = reveal(dict(wanted.inputs))
        entry = self._store(kind, wanted, recorded, self._created(kind, inputs), inputs)
        self._announce(wanted, "replace" if wanted.urn in self._taken_down else "create")
        return entry

    def _created(self, kind: ResourceType, inputs: Mapping[str, Any]) -> str:
        try:
            return kind.create(self._aws, inputs)
        except ClientError as error:
            if not is_taken(error):
                raise
        # Nothing in the state owns it: a deployment was killed between the call and its record.
        if leftover := kind.leftover(self._aws, inputs):
            kind.discard(self._aws, leftover, inputs)
        return kind.create(self._aws, inputs)

    def _replace(
        self, kind: ResourceType, wanted: Wanted, recorded: Mapping[str, Any], old: DeployedResource
    ) -> DeployedResource:
        inputs = reveal(dict(wanted.inputs))
        claim = kind.claim(inputs)
        if wanted.delete_first or (claim is not None and claim == kind.claim(old.inputs)):
            self._take_down(old)
            identity = self._created(kind, inputs)
        else:
            identity = self._created(kind, inputs)
            self._state.put(replace(old, outdated=True))
        entry = self._store(kind, wanted, recorded, identity, inputs)
        self._announce(wanted, "replace")
        return entry

    def _update(
        self,
        kind: ResourceType,
        wanted: Wanted,
        recorded: Mapping[str, Any],
        old: DeployedResource,
        changed: frozenset[str],
    ) -> DeployedResource:
        if not changed:
            return self._refreshed(wanted, old)
        inputs = reveal(dict(wanted.inputs))
        kind.change(self._aws, old.id, inputs, changed)
        entry = self._store(kind, wanted, recorded, old.id, inputs)
        self._announce(wanted, "update")
        return entry

    def _refreshed(self, wanted: Wanted, old: DeployedResource) -> DeployedResource:
        """The same resource, whose place among the others may have changed."""
        entry = replace(
            old,
            dependencies=wanted.dependencies,
            property_dependencies=wanted.property_dependencies,
            protected=wanted.protected,
        )
        if entry != old:
            self._state.put(entry)
        with self._lock:
            self.unchanged += 1
        return entry

    def _store(
        self, kind: ResourceType, wanted: Wanted, recorded: Mapping[str, Any], identity: str, inputs: Mapping[str, Any]
    ) -> DeployedResource:
        entry = DeployedResource(
            urn=wanted.urn,
            type=wanted.type,
            name=wanted.name,
            id=identity,
            inputs=recorded,
            outputs={},
            dependencies=wanted.dependencies,
            property_dependencies=wanted.property_dependencies,
            protected=wanted.protected,
        )
        self._state.put(entry)  # at once: what follows may fail
        entry = replace(entry, outputs=kind.read(self._aws, identity, inputs) or {})
        self._state.put(entry)
        return entry

    def _take_down(self, entry: DeployedResource) -> None:
        """Delete a resource, after those that cannot be without it."""
        for dependent in list(self._state.entries.values()):
            if not entry.outdated and _needs(dependent, entry.urn):
                self._take_down(dependent)
                self._taken_down.add(dependent.urn)
        with _translated():
            try:
                resource_type_of(entry.type).discard(self._aws, entry.id, entry.inputs)
            except ClientError as error:
                if not is_gone(error):
                    raise
        self._state.remove(entry.key)

    def _announce(self, wanted: Wanted, operation: Operation) -> None:
        self._report(ResourceChange(wanted.urn, wanted.type, wanted.name, operation))


def resource_type_of(resource_type: str) -> ResourceType:
    """The type's row in the table; ResourceError that says where to add it."""
    if resource_type not in RESOURCE_TYPES:
        raise ResourceError(f'the laptop cannot deploy "{resource_type}" yet: add a class for it in local/resources/')
    return RESOURCE_TYPES[resource_type]


def _claims(state: DeployedState) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for entry in state.entries.values():
        claim = RESOURCE_TYPES[entry.type].claim(entry.inputs) if entry.type in RESOURCE_TYPES else None
        if claim is not None and not entry.outdated:
            found[entry.type, claim] = entry.urn
    return found


def _named(kind: ResourceType, wanted: Wanted, old: DeployedResource | None) -> Wanted:
    """The wanted resource with its ignored inputs as they were, and with a name of its own, kept from before."""
    before: Mapping[str, Any] = old.inputs if old else {}
    kept = (wanted.ignored & before.keys()) - _ignored_secrets(wanted)
    inputs = {**wanted.inputs, **{key: before[key] for key in kept}}
    key = kind.name_key
    if key and key not in inputs:
        stem = inputs.get(f"{key}Prefix") or f"{wanted.name}-"
        inputs[key] = before.get(key) or f"{stem}{secrets.token_hex(4)[:7]}"
    return replace(wanted, inputs=inputs)


def _ignored_secrets(wanted: Wanted) -> frozenset[str]:
    """The ignored inputs of which the state has no more than a hash."""
    return frozenset(key for key in wanted.ignored if isinstance(wanted.inputs.get(key), Secret))


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(key for key in {*before, *after} if before.get(key) != after.get(key))


def _needs(dependent: DeployedResource, urn: str) -> bool:
    """Whether an input that cannot be changed comes from the resource."""
    resource_type = RESOURCE_TYPES.get(dependent.type)
    return resource_type is not None and any(
        urn in urns and key in resource_type.replace_on for key, urns in dependent.property_dependencies.items()
    )


@contextmanager
def _translated() -> Generator[None]:
    """Turn what boto3 and the table raise into ResourceError."""
    try:
        yield
    except KeyError as error:
        raise ResourceError(f"the input {error} is missing") from error
    except (ClientError, BotoCoreError, OSError, ValueError) as error:
        raise ResourceError(str(error)) from error
