"""Secrets Manager: secrets, and the first of their versions."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from local.resources.resource_type import Inputs, Outputs, ResourceType, pascal, tag_list
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients

_CURRENT = "AWSCURRENT"


class SecretType(ResourceType):
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html; its id is the ARN."""

    type = "aws:secretsmanager/secret:Secret"
    replace_on = frozenset({"name", "namePrefix"})
    tagging = Tagging(
        service="secretsmanager",
        key="SecretId",
        by="id",
        listed=lambda client, arn: client.describe_secret(SecretId=arn).get("Tags"),
    )

    def leftover(self, aws: Clients, inputs: Inputs) -> str | None:
        return aws.client("secretsmanager").describe_secret(SecretId=inputs["name"])["ARN"]

    def create(self, aws: Clients, inputs: Inputs) -> str:
        answer = aws.client("secretsmanager").create_secret(
            Tags=tag_list(inputs), **pascal(inputs, "name", "description", "kmsKeyId")
        )
        return answer["ARN"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        secret = aws.client("secretsmanager").describe_secret(SecretId=identity)
        return None if "DeletedDate" in secret else {"arn": secret["ARN"]}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        manager = aws.client("secretsmanager")
        manager.update_secret(SecretId=identity, **pascal(inputs, "description", "kmsKeyId"))

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        """Free its name at once: on a laptop nobody recovers a secret within 30 days."""
        aws.client("secretsmanager").delete_secret(SecretId=identity, ForceDeleteWithoutRecovery=True)


class SecretVersionType(ResourceType):
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html; its id: `ARN|version`."""

    type = "aws:secretsmanager/secretVersion:SecretVersion"
    name_key = None
    replace_on = frozenset({"secretId", "secretString", "secretBinary"})

    def create(self, aws: Clients, inputs: Inputs) -> str:
        manager, secret = aws.client("secretsmanager"), inputs["secretId"]
        answer = manager.put_secret_value(SecretId=secret, **pascal(inputs, "secretString", "versionStages"))
        self._become_current(manager, secret, answer["VersionId"])
        return f"{secret}|{answer['VersionId']}"

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        secret, version = identity.split("|")
        answer = aws.client("secretsmanager").get_secret_value(SecretId=secret, VersionId=version)
        # Without a label it may be gone at any time, and is gone for the provider then.
        return {"arn": answer["ARN"], "versionId": version} if answer.get("VersionStages") else None

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        manager = aws.client("secretsmanager")
        secret, version = identity.split("|")
        holders = _holders(manager, secret)
        wanted = set(inputs.get("versionStages") or ())
        for label in wanted - _labels(holders, version):
            _move(manager, secret, label, holders.get(label), version)
        for label in _labels(holders, version) - wanted - {_CURRENT}:
            _move(manager, secret, label, version, None)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        """Take its labels; the current version stays until its secret goes."""
        manager = aws.client("secretsmanager")
        secret, version = identity.split("|")
        for label in _labels(_holders(manager, secret), version) - {_CURRENT}:
            _move(manager, secret, label, version, None)

    def _become_current(self, manager: Any, secret: str, version: str) -> None:
        """AWS labels the first version of a secret so by itself; the emulator has an empty one in its place."""
        current = manager.get_secret_value(SecretId=secret)
        if not {"SecretString", "SecretBinary"} & current.keys():
            _move(manager, secret, _CURRENT, current["VersionId"], version)


def _holders(manager: Any, secret: str) -> dict[str, str]:
    """The version that holds each label."""
    versions = manager.list_secret_version_ids(SecretId=secret)["Versions"]
    return {label: each["VersionId"] for each in versions for label in each.get("VersionStages", ())}


def _labels(holders: Mapping[str, str], version: str) -> set[str]:
    return {label for label, holder in holders.items() if holder == version}


def _move(manager: Any, secret: str, label: str, source: str | None, target: str | None) -> None:
    ends = {"RemoveFromVersionId": source, "MoveToVersionId": target}
    given = {key: version for key, version in ends.items() if version is not None}
    manager.update_secret_version_stage(SecretId=secret, VersionStage=label, **given)
