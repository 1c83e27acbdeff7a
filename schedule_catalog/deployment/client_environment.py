"""Variables for applications that schedule calls at run time, known before the deployment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from schedule_catalog.settings import BUILT_IN_SERVICE, may_call
from schedule_client.contract.features import FEATURES
from schedule_client.contract.origins import ADHOC

if TYPE_CHECKING:
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.settings import Settings


def scheduler_environment(
    names: Names, account: str, name_prefix: str, partition: str = "aws", origin: str = ADHOC, role_path: str = "/"
) -> Mapping[str, str]:
    """Return the variables of `schedule_client` for the application whose calls have this origin."""
    place = f"{names.region}:{account}"
    return {
        "SCHEDULER_TARGET_ARN": f"arn:{partition}:lambda:{place}:function:{names.proxy}:{origin}",
        "SCHEDULER_TARGET_ROLE_ARN": f"arn:{partition}:iam::{account}:role{role_path}{names.execution_role(origin)}",
        "SCHEDULER_GROUP_NAME": names.adhoc_group,
        "SCHEDULER_DLQ_ARN": f"arn:{partition}:sqs:{place}:{names.scheduler_dlq}",
        "SCHEDULER_NAME_PREFIX": name_prefix,
    }


def known_names(settings: Settings, origin: str) -> Mapping[str, str]:
    """Return the variables that tell `schedule_client` which names its proxy takes, so that it refuses others early."""
    hosts = {*settings.hosts, *(f"http://{host}" for host in settings.http_hosts)}
    # A binding to `adhoc` includes every application that is not isolated; the proxy has the last word.
    bound = (name for name, binding in settings.secrets.items() if {origin, ADHOC} & set(binding.origins))
    clients = (name for name, each in settings.clients.items() if {origin, ADHOC} & set(each.binding.origins))
    services = {*settings.services, BUILT_IN_SERVICE}
    callable_ = (name for name in services if may_call(settings, name, origin) or may_call(settings, name, ADHOC))
    return {
        "SCHEDULER_SERVICES": ",".join(sorted(callable_)),
        "SCHEDULER_HOSTS": ",".join(sorted(hosts)),
        "SCHEDULER_SECRETS": ",".join(sorted(bound)),
        "SCHEDULER_CLIENTS": ",".join(sorted(clients)),
        "SCHEDULER_FEATURES": ",".join(FEATURES),
    }
