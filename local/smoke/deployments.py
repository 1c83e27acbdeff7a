"""Deploying: what is there before, what `up` makes, and whether AWS gives it back as it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.smoke.errors import FailedError, SkippedError
from local.smoke.step import SmokeStep

if TYPE_CHECKING:
    from local.smoke.stack import SmokeStack

TAG = "schedule-catalog-smoke"
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 1,000, and of a new account 10.
_FEWEST_EXECUTIONS = 50


def _preconditions(stack: SmokeStack) -> str:
    caller = stack.client("sts").get_caller_identity()
    taken = _taken(stack)
    if taken:
        raise FailedError(f"{', '.join(taken)} exists: nothing was made")
    executions = stack.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    note = "" if executions >= _FEWEST_EXECUTIONS else "; ask for more: Service Quotas, lambda, L-B99A9384"
    return f"{caller['Arn']}; no resource of {stack.name}; {executions} concurrent executions{note}"


def _taken(stack: SmokeStack) -> list[str]:
    """Existing resources with names that the stack would use."""
    names = stack.names
    groups = stack.client("scheduler").list_schedule_groups(NamePrefix=names.prefix)["ScheduleGroups"]
    functions = [each["FunctionName"] for each in stack.client("lambda").list_functions()["Functions"]]
    queues = stack.client("sqs").list_queues(QueueNamePrefix=names.prefix).get("QueueUrls", [])
    return [
        *(each["Name"] for each in groups),
        *(each for each in functions if each in (names.proxy, names.callback)),
        *queues,
    ]


def _up(stack: SmokeStack) -> str:
    stack.up({})
    return f"{stack.exports['schedules']['deployed']} schedule in {stack.exports['catalog_group']}"


def _no_drift(stack: SmokeStack) -> str:
    if differences := stack.site.differences():
        raise FailedError(f"a refresh and a preview change {', '.join(differences)}")
    return "a refresh and a preview change nothing"


def _tagged(stack: SmokeStack) -> str:
    stack.up({TAG: stack.name})
    return _no_drift(stack)


def _encrypted(stack: SmokeStack) -> str:
    if stack.key is None:
        raise SkippedError("name a key with --kms-key")
    stack.up({TAG: stack.name}, kms_key_arn=stack.key)
    return _no_drift(stack)


def _keys(stack: SmokeStack) -> str:
    secret = f"/schedule-catalog/{stack.name}/signing/callback"
    found = stack.client("secretsmanager").get_secret_value(SecretId=secret)
    if not found["SecretString"].startswith("whsec_"):
        raise FailedError(f"{secret} is not a signing key")
    return f"{secret} has the stages {', '.join(sorted(found['VersionStages']))}"


def _again(stack: SmokeStack) -> str:
    stack.site.destroy()
    stack.up({TAG: stack.name})
    return "destroyed, and deployed again under the same names"


DEPLOYMENTS = (
    SmokeStep("preconditions", _preconditions, vital=True, reads_only=True),
    SmokeStep("up", _up, vital=True),
    SmokeStep("no drift", _no_drift),
    SmokeStep("default tags", _tagged),
    SmokeStep("own key", _encrypted),
    SmokeStep("signing keys", _keys),
)
MADE_AGAIN = (SmokeStep("made again", _again),)
