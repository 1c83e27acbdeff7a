"""Checks of the account before anything is created: a reason for a warning, or to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pulumi
import pulumi_aws as aws

from schedule_catalog.settings import BUILT_IN_SERVICE, remove_command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.account import Account
    from schedule_catalog.settings import Settings

Answer = TypeVar("Answer")

# Lambda's concurrent executions: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
CONCURRENCY = "L-B99A9384"
# AWS leaves so many for functions that reserve none:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
UNRESERVED = 100


def preflight(settings: Settings, account: Account) -> None:
    """Warn of what keeps calls waiting or unreachable; raises RunError for what AWS would refuse in the middle.

    What the credentials may not ask is not known, and no reason to stop. The laptop has none of it.
    """
    if settings.proxy_routes is not None:
        return
    _look_at_issuer(settings)
    if (executions := _known(lambda: _executions(account))) is not None:
        _look_at_executions(executions, settings, account)
    if settings.vpc is not None and BUILT_IN_SERVICE not in settings.services:
        _look_at_vpc(min(settings.vpc.subnet_ids), account)


def _look_at_executions(executions: int, settings: Settings, account: Account) -> None:
    reserved = settings.proxy.reserved_concurrency
    if reserved is not None and reserved > executions - UNRESERVED:
        path = ("proxy", "reserved_concurrency")
        raise pulumi.RunError(
            f'"proxy.reserved_concurrency" is {reserved}, and AWS leaves {UNRESERVED} of the account\'s {executions} '
            f"executions unreserved; run: {remove_command(settings.stack, path)}"
        )
    if executions < UNRESERVED:
        pulumi.warn(
            f"Lambda runs at most {executions} executions at once for this account in {account.region}, as for a new "
            "one, so that calls of a crowded minute wait; to ask for more run: "
            f"aws service-quotas request-service-quota-increase --region {account.region} --service-code lambda "
            f"--quota-code {CONCURRENCY} --desired-value 1000"
        )


def _look_at_issuer(settings: Settings) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_getting_started.html."""
    names = [name for name, client in settings.clients.items() if client.type == "oidc"]
    try:
        if names:
            aws.iam.get_outbound_web_identity_federation()
    except Exception as error:  # as in `_known`
        if "FeatureDisabled" in str(error):
            pulumi.warn(
                f"the account issues no tokens, so calls with the clients {', '.join(sorted(names))} are undelivered; "
                "run: aws iam enable-outbound-web-identity-federation"
            )


def _look_at_vpc(subnet: str, account: Account) -> None:
    if vpc := _known(lambda: _vpc_with_private_apis(subnet, account)):
        pulumi.warn(
            f"{vpc} has a private execute-api endpoint with private DNS, so the proxy cannot reach the built-in "
            f'service "{BUILT_IN_SERVICE}": turn off the endpoint\'s private DNS, or give the API a domain of your '
            f'own and set it as "services.{BUILT_IN_SERVICE}"'
        )


def _executions(account: Account) -> int:
    quota = aws.servicequotas.get_service_quota(service_code="lambda", quota_code=CONCURRENCY, region=account.region)
    return int(quota.value)


def _vpc_with_private_apis(subnet: str, account: Account) -> str | None:
    """The VPC in which every name of API Gateway leads to its own endpoint.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
    """
    vpc = _asked("getSubnet", id=subnet)["vpcId"]
    name = f"com.amazonaws.{account.region}.execute-api"
    endpoint = _asked("getVpcEndpoint", vpcId=vpc, serviceName=name, state="available")
    return vpc if endpoint["privateDnsEnabled"] else None


def _asked(function: str, **arguments: str) -> Mapping[str, Any]:
    """The answer of a function of EC2, without the provider's package for that, which takes a second to import."""
    answer: Any = pulumi.runtime.invoke(f"aws:ec2/{function}:{function}", arguments)
    return answer.value


def _known(ask: Callable[[], Answer]) -> Answer | None:
    try:
        return ask()
    except Exception as error:  # Pulumi raises whatever the provider says as nothing more than this
        pulumi.debug(f"not known before the deployment: {error}")
        return None
