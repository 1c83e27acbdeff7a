"""Deployed stack, found by its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.deployment.manifest import Manifest
from schedule_catalog.operations.errors import LedgerOffError, StackError
from schedule_catalog.operations.translation import asking, code_of
from schedule_client.contract.origins import ADHOC, CATALOG

if TYPE_CHECKING:
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.operations.access import ServiceClients


@dataclass(frozen=True, slots=True)
class Deployed:
    """Stack in AWS: names and ARNs of its parts, and the clients to reach them."""

    manifest: Manifest
    clients: ServiceClients

    @property
    def ledger(self) -> str:
        """Return the table of the run ledger; raises LedgerOffError if there is none."""
        if self.manifest.ledger_table is None:
            raise LedgerOffError(self.manifest.stack)
        return self.manifest.ledger_table

    @property
    def origins(self) -> frozenset[str]:
        """Every origin of the calls of the stack's schedules."""
        return frozenset((CATALOG, ADHOC, *self.manifest.prefixes))

    def alias_of(self, origin: str) -> str:
        """Return the ARN of the alias for the calls of an origin."""
        return f"{self.manifest.aliases[CATALOG].rpartition(':')[0]}:{origin}"

    def origin_of(self, group: str, name: str) -> str | None:
        """Return the origin of a schedule's calls; for run-time schedules by prefix. None in a foreign group.

        A schedule that was created before its application had an origin still calls by `adhoc`, with that role.
        """
        if group == self.manifest.catalog_group:
            return CATALOG
        if group != self.manifest.adhoc_group:
            return None
        return next((origin for origin, prefix in self.manifest.prefixes.items() if name.startswith(prefix)), ADHOC)

    def origin_of_sender(self, sender: str) -> str | None:
        """Return the origin whose execution role sent a message, by SQS's SenderId; None for any other sender."""
        identity, _, session = sender.partition(":")
        return next((origin for origin, role in self.manifest.senders.items() if session and role == identity), None)

    def schedule_arn(self, group: str, name: str) -> str:
        """Return the ARN of a schedule, existing or not."""
        partition = self.manifest.aliases["catalog"].split(":")[1]
        where = f"{self.manifest.region}:{self.manifest.account}"
        return f"arn:{partition}:scheduler:{where}:schedule/{group}/{name}"


def find_stack(clients: ServiceClients, names: Names) -> Deployed:
    """Return the stack that was deployed under these names.

    Raises StackError if there is none, ManifestError if it has another version.
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
        f'no stack "{names.stack}" of the project "{names.project}" in {names.region}, or none since its'
        f' program writes a manifest ("{names.manifest}"): check --stack, --region and --profile, or run "pulumi up"'
    )
