"""A real account: deployed to by Pulumi, as the caller or in the deploy role."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from infra.packages import PACKAGES, Platform, stage
from local.options import CHECKOUT
from local.smoke.deployments import TAG
from local.smoke.errors import FailedError
from local.smoke.failures import forget_rule, restore_rights
from local.smoke.rights import forget_role
from local.smoke.stack import CATALOG, PROJECT
from local.smoke.target import delete_target, make_target
from schedule_catalog.deployment.names import Names

if TYPE_CHECKING:
    from pathlib import Path

    from local.smoke.pulumi_cli import PulumiCli
    from local.smoke.session import SmokeSession


_FORGETTING_SECONDS = 900.0


class AwsSite:
    """The account that the credentials lead to; the stack's state is in a folder."""

    lacks: Mapping[str, str] = {}
    patience_seconds = 60.0

    def __init__(self, name: str, folder: Path, session: SmokeSession, cli: PulumiCli) -> None:
        self.clients, self.region = session, session.region
        self._name, self._folder, self._session, self._cli = name, folder, session, cli

    def target(self) -> str:
        """Return the URL of a function, made at the first time."""
        return make_target(self.clients, f"{self._name}-target", {TAG: self._name})

    def settings(self) -> Mapping[str, Any]:
        """Return the account, which the program then holds itself to, and the staged packages."""
        return {"account": self._session.account, "packages": str(self._packages())}

    def up(self, settings: Mapping[str, Any], tags: Mapping[str, str]) -> Mapping[str, Any]:
        """Deploy, and return the exports."""
        self._cli.prepare(self.region, CATALOG)
        self._cli.configure(settings, tags)
        self._cli.deploy("up")
        return self._cli.exports()

    def differences(self) -> tuple[str, ...]:
        """Return what a refresh and a preview after it change."""
        refreshed, planned = self._cli.deploy("refresh"), self._cli.deploy("preview")
        return tuple(f"{each}" for each in sorted({*refreshed.changes, *planned.changes}))

    def destroy(self) -> None:
        """Delete everything, also what a run that was killed has left."""
        self._cli.prepare(self.region, CATALOG)
        if any((self._folder / "state").rglob("locks/**/*.json")):
            self._cli.call("cancel", "--yes")
        self._cli.call("state", "unprotect", "--all", "--yes")
        self._unprotect_tables()
        forget_role(self.clients, self._name)
        restore_rights(self.clients, Names(PROJECT, self._name, self.region))
        self._cli.deploy("destroy")
        delete_target(self.clients, f"{self._name}-target")
        forget_rule(self.clients, self._name)
        if left := self._gone():
            raise FailedError(f"still there, by the tag {TAG}: {', '.join(left)}")

    def _gone(self) -> list[str]:
        """Wait until the tagging API forgets what is deleted, which it lists for minutes; what is left then."""
        deadline = time.monotonic() + _FORGETTING_SECONDS
        while (left := self._left()) and time.monotonic() < deadline:
            time.sleep(20)
        return left

    def fires(self, group: str, name: str) -> None:
        """EventBridge Scheduler does it."""

    def as_role(self, service: str, role_arn: str) -> Any:
        """Return the client of a service for a session of a role."""
        return self._session.as_role(service, role_arn)

    def _packages(self) -> Path:
        folder = self._folder / "packages"
        for package in PACKAGES:
            if not (folder / package).exists():
                stage(package, folder, Platform.LAMBDA, CHECKOUT)
        return folder

    def _unprotect_tables(self) -> None:
        tables = self.clients.client("dynamodb")
        names = [name for page in tables.get_paginator("list_tables").paginate() for name in page["TableNames"]]
        for table in names:
            if table.startswith(f"{PROJECT}-{self._name}"):
                tables.update_table(TableName=table, DeletionProtectionEnabled=False)
                tables.get_waiter("table_exists").wait(TableName=table)

    def _left(self) -> list[str]:
        pages = self.clients.client("resourcegroupstaggingapi").get_paginator("get_resources")
        found = pages.paginate(TagFilters=[{"Key": TAG, "Values": [self._name]}])
        return [each["ResourceARN"] for page in found for each in page["ResourceTagMappingList"]]
