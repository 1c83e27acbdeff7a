"""Parts between an event and its HTTP call: the proxy, its settings, its queues and its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.holding_queue import HoldingQueue, HoldingQueueArgs
from infra.proxy import ProxyArgs, ProxyFunction
from infra.proxy_code import proxy_code
from infra.proxy_settings import ProxySettingsParameter
from infra.retry_queue import RetryQueue, RetryQueueArgs
from infra.run_ledger import RunLedger, RunLedgerArgs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from infra.account import Account
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


@dataclass(frozen=True, slots=True)
class DeliveryComponents:
    """Components of delivery, each at the top of the stack: inside another component they would be new ones."""

    proxy: ProxyFunction
    undelivered: HoldingQueue
    retries: RetryQueue
    ledger: RunLedger | None


def delivery(
    names: Names,
    settings: Settings,
    account: Account,
    entries: Sequence[Entry],
    package: str,
    callback_url: pulumi.Input[str],
) -> DeliveryComponents:
    """Deploy them; the callback service must exist, as the proxy, whose *package* is staged, receives its URL."""
    key = settings.kms_key_arn
    undelivered = HoldingQueue("undelivered", HoldingQueueArgs(names.undelivered, key))
    role_arn, timeout = account.role_arn(names.proxy_role), settings.proxy.timeout_seconds
    retries = RetryQueue("retry", RetryQueueArgs(names.retry_queue, timeout, role_arn, undelivered.arn, key))
    ledger = RunLedger("ledger", RunLedgerArgs(names.ledger, key)) if settings.ledger else None
    former = ProxySettingsParameter("proxy-settings", names.proxy_settings)
    code = proxy_code(package, settings, callback_url, entries)
    proxy = ProxyFunction("proxy", ProxyArgs(names, settings, account, code, former.arn, undelivered, retries, ledger))
    return DeliveryComponents(proxy, undelivered, retries, ledger)
