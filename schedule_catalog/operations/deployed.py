"""A deployed stack, found by its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.deployment.manifest import Manifest
from schedule_catalog.operations.errors import LedgerOffError, StackError
from schedule_catalog.operations.translation import asking, code_of

if TYPE_CHECKING:
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.operations.access import Clients


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack as it stands in AWS: where its parts are, and the clients to ask them."""

    manifest: Manifest
    clients: Clients

    @property
    def ledger(self) -> str:
        """The table of the run ledger; raises LedgerOffError when there is none."""
        if self.manifest.ledger_table is None:
            raise LedgerOffError(self.manifest.stack)
        return self.manifest.ledger_table

    def group_of(self, origin: str) -> str:
        """The schedule group whose schedules call by the alias `origin`: "catalog" or "adhoc"."""
        return self.manifest.adhoc_group if origin == "adhoc" else self.manifest.catalog_group

    def origin_of(self, group: str) -> str | None:
        """The alias by which the schedules of a group call; None for a group of somebody else."""
        groups = {self.manifest.catalog_group: "catalog", self.manifest.adhoc_group: "adhoc"}
        return groups.get(group)

    def schedule_arn(self, group: str, name: str) -> str:
        """The ARN of a schedule, whether it is there or not."""
        partition = self.manifest.aliases["catalog"].split(":")[1]
        where = f"{self.manifest.region}:{self.manifest.account}"
        return f"arn:{partition}:scheduler:{where}:schedule/{group}/{name}"


def find_stack(clients: Clients, names: Names) -> Deployed:
    """Return the stack that was deployed under these names.

    Raises StackError when there is none, ManifestError when it is of another version.
    """
    ssm = clients.client("ssm")
    with asking("ssm:GetParameter", names.manifest):
        try:
            text = ssm.get_parameter(Name=names.manifest)["Parameter"]["Value"]
        except Exception as error:
            if code_of(error) != "ParameterNotFound":
                raise
            raise _missing(names) from error
    return Deployed(Manifest.from_json(text), clients)


def _missing(names: Names) -> StackError:
    return StackError(
        f'there is no stack "{names.stack}" of the project "{names.project}" in {names.region}, or none since its'
        f' program writes a manifest ("{names.manifest}"): look at --stack, --region and --profile, or run "pulumi up"'
    )
