"""Manifest of a deployed stack: one SSM parameter with its parts, written by the program and read by the operations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

from schedule_catalog.errors import ManifestError
from schedule_client.contract.errors import JsonError
from schedule_client.contract.json_value import read_json

VERSION = 1
_MAPPINGS = ("aliases", "prefixes", "senders")
_LISTS = ("features",)
_OPTIONAL = ("ledger_table", "catalog_role_arn", "adhoc_role_arn", "scheduler_dlq_arn", "settings_digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Parts of one stack.

    function: name of the proxy's function; aliases: the ARN of the aliases that every stack has, by the alias' name.
    prefixes: prefixes of the names of run-time schedules, by origin.
    senders: the unique id of each origin's execution role, with which SQS names the sender of a message.
    ledger_table: name of the table of runs; none if the stack has no ledger.
    undelivered_queue_url, scheduler_dlq_url: queues of undelivered calls, and of events that never reached the
        function.
    log_group: of the proxy.
    features: the members of an event that the proxy knows, beside those that every release does.
    catalog_role_arn, adhoc_role_arn: the execution roles of the groups' schedules; scheduler_dlq_arn: their dead-letter
        queue. None in the manifest of an older program.
    settings_digest: digest of the settings in the proxy's package (`settings.settings_digest`); None if a parameter has
        them.
    settings_parameter: parameter from which a proxy of release 0.1 reads its settings.
    """

    v: int = VERSION
    project: str
    stack: str
    region: str
    account: str
    catalog_group: str
    adhoc_group: str
    function: str
    aliases: Mapping[str, str]
    settings_parameter: str
    ledger_table: str | None
    retry_queue_url: str
    undelivered_queue_url: str
    scheduler_dlq_url: str
    log_group: str
    callback_url: str
    catalog_role_arn: str | None = None
    adhoc_role_arn: str | None = None
    scheduler_dlq_arn: str | None = None
    settings_digest: str | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict[str, str])
    senders: Mapping[str, str] = field(default_factory=dict[str, str])
    features: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return the text of the parameter: compact, and the same for equal manifests."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Return the manifest of `text`; unknown keys are ignored. Raises ManifestError."""
        try:
            content = read_json(text)
        except JsonError as error:
            raise ManifestError(f"the manifest is not JSON: {error}") from error
        if not isinstance(content, dict):
            raise ManifestError("the manifest is not an object")
        members = cast("dict[str, object]", content)
        if members.get("v") != VERSION:
            found = json.dumps(members.get("v"))
            raise ManifestError(f"the manifest has version {found}, and this is version {VERSION}: update the command")
        return cls(**{each.name: _checked(members, each.name) for each in fields(cls)})


def _checked(members: Mapping[str, object], name: str) -> Any:
    value = members.get(name, {} if name in _MAPPINGS[1:] else [] if name in _LISTS else None)
    if not _fits(name, value):
        raise ManifestError(f'the manifest has no readable "{name}": run pulumi up')
    return tuple(cast("list[str]", value)) if name in _LISTS else value


def _fits(name: str, value: object) -> bool:
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(each, str) for each in cast("list[object]", value))
    if name in _MAPPINGS:
        return isinstance(value, dict) and all(
            isinstance(each, str) for each in cast("dict[str, object]", value).values()
        )
    return isinstance(value, str) or (name == "v" and value == VERSION) or (name in _OPTIONAL and value is None)
