"""Interface of a type of resource for the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from botocore.exceptions import ClientError  # noqa: TC002 - named in what other modules call
from schedule_client.contract.times import wire_time

from local.resources.policy_text import says_the_same
from local.resources.tags import Tagging, as_list

if TYPE_CHECKING:
    from local.clients import Clients

Inputs = Mapping[str, Any]
"""Properties by their Pulumi names (camelCase), secrets in clear."""
Outputs = dict[str, Any]


class ResourceType:
    """One type of resource: create, read, update and delete by boto3.

    `replace_on` are the inputs that AWS cannot change (the provider's ForceNew), `computed_by_change` the outputs that
    every update gives another value. `left_out` says in a few words what the emulator does not do of what AWS does.
    `tagging` is how its tags are changed; None where it has none.
    """

    type: ClassVar[str]
    name_key: ClassVar[str | None] = "name"
    replace_on: ClassVar[frozenset[str]] = frozenset()
    computed_by_change: ClassVar[frozenset[str]] = frozenset()
    left_out: ClassVar[str | None] = None
    tagging: ClassVar[Tagging | None] = None

    def claim(self, inputs: Inputs) -> str | None:
        """Attribute that no two resources of the type may share, if AWS assigns no ID."""
        return inputs.get(self.name_key) if self.name_key else None

    def leftover(self, aws: Clients, inputs: Inputs) -> str | None:
        """The id of the resource that stands in the way of a creation."""
        return self.claim(inputs)

    def create(self, aws: Clients, inputs: Inputs) -> str:
        """Create it and return its id."""
        raise NotImplementedError

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        """Return the values that AWS computed, by Pulumi's names; None if it was deleted."""
        raise NotImplementedError

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        """The inputs as AWS has them, where they were changed by hand; a type that does not look sees no drift."""
        return inputs

    def change(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        """Make it as the inputs say, tags included; `changed` are the keys that differ from before."""
        if self.tagging and "tags" in changed:
            target = identity if self.tagging.by == "id" else (self.read(aws, identity, inputs) or {})["arn"]
            self.tagging.apply(aws, target, inputs.get("tags") or {})
        if changed - {"tags"}:
            self.update(aws, identity, inputs, changed)

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        """Make it as the inputs say, but for its tags."""
        raise NotImplementedError

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        """Delete it; ClientError when it is gone already, or when AWS protects it."""
        raise NotImplementedError

    def discard(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        """Delete it even if AWS protects it: resources on a laptop can be created again."""
        self.delete(aws, identity, inputs)


_FREE_FORM = frozenset({"Tags", "Variables", "RequestParameters", "StageVariables"})


def pascal(inputs: Inputs, *keys: str) -> dict[str, Any]:
    """The given inputs (those present) as AWS's API spells them: PascalCase, down to the last mapping.

    Mappings whose keys are the user's own, such as tags, keep their keys.
    """
    return {_capital(key): _spelt(_capital(key), inputs[key]) for key in keys if inputs.get(key) is not None}


def _spelt(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_spelt(name, item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict) or name in _FREE_FORM:
        return cast("Any", value)
    mapping = cast("dict[str, Any]", value)
    return pascal(mapping, *mapping)


def as_found(inputs: Inputs, answer: Mapping[str, Any]) -> Outputs:
    """The inputs with the values of AWS's answer; what it does not tell stays, what it tells besides is left out."""
    return {
        key: _found(name, value, answer[name]) if (name := _capital(key)) in answer else value
        for key, value in inputs.items()
    }


def _found(name: str, given: Any, told: Any) -> Any:
    if isinstance(told, datetime):
        return wire_time(told)
    if isinstance(given, dict) and isinstance(told, dict) and name not in _FREE_FORM:
        return as_found(cast("Inputs", given), cast("dict[str, Any]", told))
    return cast("Any", told)


def policy_as_found(inputs: Inputs, key: str, document: Mapping[str, Any]) -> Outputs:
    """The inputs with the policy that AWS has under *key*; as it was given where it says the same."""
    same = says_the_same(json.loads(inputs[key]), document)
    return {**inputs, key: inputs[key] if same else json.dumps(document)}


def _capital(key: str) -> str:
    return key[:1].upper() + key[1:]


def tag_list(inputs: Inputs) -> list[dict[str, str]]:
    """The tags of a creation as most APIs want them."""
    return as_list(inputs.get("tags") or {})


def is_gone(error: ClientError) -> bool:
    """Whether AWS says that there is no such thing."""
    code: str = error.response.get("Error", {}).get("Code", "")
    return any(word in code for word in ("NotFound", "NoSuchEntity", "NonExistentQueue", "QueueDoesNotExist"))


def is_taken(error: ClientError) -> bool:
    """Whether AWS says that there is one of this name already."""
    code: str = error.response.get("Error", {}).get("Code", "")
    return any(word in code for word in ("Conflict", "AlreadyExists", "Exists", "InUse")) and "Delete" not in code
