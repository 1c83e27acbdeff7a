"""Output of `terraform show -json`, of a state or a plan, as jobs.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.importing.aws_schedules import schedule_job
from schedule_catalog.importing.content import Content, at, mappings, text_at
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.event_rules import rule_jobs, waiting_rule
from schedule_catalog.importing.google import google_job
from schedule_catalog.importing.job import Refused
from schedule_catalog.importing.source import SourceKind

if TYPE_CHECKING:
    from schedule_catalog.importing.job import Job
    from schedule_catalog.importing.source import ImportContext

_TARGET = "aws_cloudwatch_event_target"


def is_terraform(content: Content) -> bool:
    """Return whether the content is Terraform's JSON form of a state or a plan."""
    return content.is_json and any(
        "format_version" in each and ("values" in each or "planned_values" in each or "terraform_version" in each)
        for each in map(_whole, content.readable)
    )


def terraform_jobs(content: Content, reading: ImportContext) -> Iterator[Job | Refused]:
    """Yield the schedules, scheduled rules and Google jobs of every module."""
    for whole in map(_whole, content.values):
        module = at(whole, "planned_values", "root_module") or at(whole, "values", "root_module")
        resources = list(_resources(module))
        for resource in resources:
            for secret in _sensitive(resource.get("values"), resource.get("sensitive_values")):
                reading.targets.confidential.add(secret)
        for resource in resources:
            yield from _jobs(resource, resources, reading)


TERRAFORM = SourceKind("terraform", "the output of terraform show -json", is_terraform, terraform_jobs)


def _whole(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _resources(module: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (each for each in mappings(module.get("resources")) if each.get("mode", "managed") == "managed")
    for child in mappings(module.get("child_modules")):
        yield from _resources(child)


def _sensitive(value: Any, mask: Any) -> Iterator[str]:
    """Texts that Terraform itself marks as sensitive."""
    if mask is True and isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        members, masks = cast("dict[str, Any]", value), _whole(mask)
        for key, inner in members.items():
            yield from _sensitive(inner, True if mask is True else masks.get(key))
    elif isinstance(value, list):
        masks = cast("list[Any]", mask) if isinstance(mask, list) else []
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from _sensitive(inner, True if mask is True else masks[index] if index < len(masks) else None)


def _jobs(
    resource: Mapping[str, Any], resources: list[dict[str, Any]], reading: ImportContext
) -> Iterator[Job | Refused]:
    values, origin = at(resource, "values"), text_at(resource, "address") or "resource"
    name = text_at(values, "name") or text_at(resource, "name")
    match text_at(resource, "type"):
        case "aws_scheduler_schedule":
            yield from _read(origin, lambda: iter((schedule_job(name, _schedule(values), reading, origin),)))
        case "aws_cloudwatch_event_rule" if values.get("schedule_expression"):
            rule = {
                "Name": name, "ScheduleExpression": values["schedule_expression"],
                "State": "DISABLED" if values.get("is_enabled") is False else text_at(values, "state"),
                "Description": text_at(values, "description"),
            }  # fmt: skip
            advice = "import the state that contains its aws_cloudwatch_event_target"
            targets = [
                at(each, "values")
                for each in resources
                if each.get("type") == _TARGET and text_at(at(each, "values"), "rule") == name
            ]
            yield from _read(origin, lambda: rule_jobs(rule, list(map(_target, targets)), reading, origin, advice))
        case "aws_cloudwatch_event_rule" if values.get("event_pattern"):
            yield waiting_rule(origin)
        case "google_cloud_scheduler_job":
            yield google_job(name.rpartition("/")[2], _google(values), reading, origin)
        case _:
            return


def _read(origin: str, jobs: Callable[[], Iterator[Job | Refused]]) -> Iterator[Job | Refused]:
    try:
        yield from jobs()
    except NotConvertibleError as error:
        yield Refused(origin, str(error))


def _schedule(values: Mapping[str, Any]) -> dict[str, Any]:
    window = at(values, "flexible_time_window")
    return {
        "ScheduleExpression": text_at(values, "schedule_expression"),
        "ScheduleExpressionTimezone": text_at(values, "schedule_expression_timezone"),
        "StartDate": values.get("start_date"), "EndDate": values.get("end_date"), "State": text_at(values, "state"),
        "Description": text_at(values, "description"),
        "ActionAfterCompletion": text_at(values, "action_after_completion"),
        "FlexibleTimeWindow": {
            "Mode": text_at(window, "mode"), "MaximumWindowInMinutes": window.get("maximum_window_in_minutes")
        },
        "Target": _target(at(values, "target")),
    }  # fmt: skip


def _target(values: Mapping[str, Any]) -> dict[str, Any]:
    if values and "input" not in values:
        raise NotConvertibleError("its input is known only after the apply: import terraform show -json of the state")
    retry, dead = at(values, "retry_policy"), at(values, "dead_letter_config")
    special = {
        "EcsParameters": "ecs_parameters", "KinesisParameters": "kinesis_parameters", "SqsParameters": "sqs_parameters",
        "EventBridgeParameters": "eventbridge_parameters", "BatchParameters": "batch_target",
        "SageMakerPipelineParameters": "sagemaker_pipeline_parameters", "HttpParameters": "http_target",
    }  # fmt: skip
    specials = {name: values[key] for name, key in special.items() if values.get(key)}
    if values.get("ecs_target") or values.get("ecs_parameters"):
        specials["EcsParameters"] = True
    return {
        "Arn": text_at(values, "arn"), "Input": text_at(values, "input"), "InputPath": text_at(values, "input_path"),
        "InputTransformer": values.get("input_transformer"),
        "RetryPolicy": {
            key: retry[name]
            for key, name in (
                ("MaximumRetryAttempts", "maximum_retry_attempts"),
                ("MaximumEventAgeInSeconds", "maximum_event_age_in_seconds"),
            )
            if retry.get(name) is not None
        },
        "DeadLetterConfig": {"Arn": text_at(dead, "arn")},
        **specials,
    }  # fmt: skip


def _google(values: Mapping[str, Any]) -> dict[str, Any]:
    """Job in the form of the REST API."""
    http, retry = at(values, "http_target"), at(values, "retry_config")
    target: dict[str, Any] = {
        "uri": text_at(http, "uri"), "httpMethod": text_at(http, "http_method"), "body": text_at(http, "body"),
        "headers": at(http, "headers"),
    }  # fmt: skip
    for key, name in (("oidcToken", "oidc_token"), ("oauthToken", "oauth_token")):
        if http.get(name):
            target[key] = at(http, name)
    kinds = {"pubsubTarget": "pubsub_target", "appEngineHttpTarget": "app_engine_http_target"}
    others: dict[str, dict[str, Any]] = {key: {} for key, name in kinds.items() if values.get(name)}
    backoff = {"minBackoffDuration": "min_backoff_duration", "maxDoublings": "max_doublings"}
    return {
        "schedule": text_at(values, "schedule"), "timeZone": text_at(values, "time_zone"),
        "state": "PAUSED" if values.get("paused") is True else "ENABLED",
        "description": text_at(values, "description"), "attemptDeadline": text_at(values, "attempt_deadline"),
        "retryConfig": {
            "retryCount": retry.get("retry_count") or 0, "maxRetryDuration": text_at(retry, "max_retry_duration"),
            **{key: retry[name] for key, name in backoff.items() if retry.get(name)},
        },
        **({"httpTarget": target} if http else {}), **others,
    }  # fmt: skip
