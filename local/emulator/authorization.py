"""Missing parts of the emulator's authorization, if turned on: each as in AWS."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, cast
from urllib.parse import parse_qs, unquote

from local.clients import ACCOUNT

_TAGS = "/tags/"


def complete_authorization() -> None:
    """Put it right in this process, before the emulator serves."""
    _call_a_session_by_its_role()
    _find_what_a_request_names()
    _know_condition_keys()


def _call_a_session_by_its_role() -> None:
    """Give a role's session the role's ARN as `aws:PrincipalArn`, which the emulator gives the session's own.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """
    import ministack.core.iam_evaluator as evaluator  # pyright: ignore[reportMissingTypeStubs]

    resolve = cast("Callable[[str, Any], Any]", evaluator._resolve_condition_key)  # pyright: ignore[reportPrivateUsage]

    def resolve_key(key: str, context: Any) -> Any:
        found = resolve(key, context)
        return role_of_session(found) if key.lower() == "aws:principalarn" else found

    evaluator._resolve_condition_key = resolve_key  # pyright: ignore[reportPrivateUsage]


def _find_what_a_request_names() -> None:
    """Look for the permission on a schedule in its own group, a new managed policy, and on what is to be tagged."""
    import ministack.core.iam_actions as actions  # pyright: ignore[reportMissingTypeStubs]

    extract = cast("Callable[..., str]", actions.extract_resource_arn)  # pyright: ignore[reportUnknownMemberType]

    def extract_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Mapping[str, Any], *rest: Any
    ) -> str:
        arn = extract(service, method, path, headers, body, query, *rest)
        if service == "scheduler":
            return unquote(path[len(_TAGS) :]) if path.startswith(_TAGS) else schedule_in_group(arn, body, query)
        if service == "iam" and arn == "*":
            return new_policy(body) or arn
        return tagged(body) or arn if service == "dynamodb" and arn == "*" else arn

    actions.extract_resource_arn = extract_arn


def _know_condition_keys() -> None:
    """Look up the condition keys that our roles are bound by: an API's name, a stage's log, an event's source, items.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
    """
    import ministack.core.iam_actions as actions  # pyright: ignore[reportMissingTypeStubs]
    import ministack.core.iam_evaluator as evaluator  # pyright: ignore[reportMissingTypeStubs]
    import ministack.services.apigateway as apis  # pyright: ignore[reportMissingTypeStubs]

    known: ContextVar[Mapping[str, str | list[str]]] = ContextVar("known")
    extract = cast("Callable[..., str]", actions.extract_resource_arn)  # pyright: ignore[reportUnknownMemberType]
    resolve = cast("Callable[[str, Any], Any]", evaluator._resolve_condition_key)  # pyright: ignore[reportPrivateUsage]

    def extract_arn(service: str, method: str, path: str, headers: Any, body: bytes, query: Any, *rest: Any) -> str:
        found = cast("Mapping[str, Any] | None", apis._apis.get(path.removeprefix("/v2/apis/")))  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]
        keys: dict[str, Callable[[], Mapping[str, str | list[str]]]] = {
            "apigateway": lambda: api_keys(body, (found or {}).get("name")),
            "events": lambda: event_keys(body),
            "dynamodb": lambda: leading_keys(body),
        }
        known.set(keys[service]() if service in keys else {})
        return extract(service, method, path, headers, body, query, *rest)

    def resolve_key(key: str, context: Any) -> Any:
        is_ours = key.lower().startswith(("apigateway:", "events:", "dynamodb:"))
        return known.get({}).get(key.lower()) if is_ours else resolve(key, context)

    actions.extract_resource_arn = extract_arn
    evaluator._resolve_condition_key = resolve_key  # pyright: ignore[reportPrivateUsage]


def api_keys(body: bytes, name: str | None) -> Mapping[str, str]:
    """The condition keys of a request to API Gateway, about the API of a name or about something else."""
    asked: object = json.loads(body) if body else None
    members = cast("dict[str, Any]", asked) if isinstance(asked, dict) else {}
    log: object = members.get("accessLogSettings")
    found = {
        "apigateway:request/apiname": members.get("name"),
        "apigateway:resource/apiname": name,
        "apigateway:request/accessloggingdestination": cast("dict[str, Any]", log).get("destinationArn")
        if isinstance(log, dict)
        else None,
    }
    return {key: value for key, value in found.items() if isinstance(value, str)}


def event_keys(body: bytes) -> Mapping[str, str]:
    """The condition key of a request to EventBridge that publishes one event."""
    asked: object = json.loads(body) if body else None
    entries: Any = cast("dict[str, Any]", asked).get("Entries") if isinstance(asked, dict) else None
    sources = [each.get("Source") for each in entries or ()]
    return {"events:source": sources[0]} if len(sources) == 1 and isinstance(sources[0], str) else {}


def leading_keys(body: bytes) -> Mapping[str, list[str]]:
    """The condition key of a request to DynamoDB that names items by the partition `pk`.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    asked: object = json.loads(body) if body else None
    members = cast("dict[str, Any]", asked) if isinstance(asked, dict) else {}
    parts: list[Any] = [*(part for each in members.get("TransactItems", ()) for part in each.values()), members]
    items: list[Any] = [part.get("Key") or part.get("Item") or {} for part in parts]
    found = [str(item["pk"]["S"]) for item in items if "S" in item.get("pk", {})]
    return {"dynamodb:leadingkeys": found} if found else {}


def role_of_session(arn: str) -> str:
    """The ARN of the role of an assumed role's session; any other principal's as it is."""
    start, assumed, session = arn.partition(":assumed-role/")
    return f"{start.replace(':sts:', ':iam:', 1)}:role/{session.partition('/')[0]}" if assumed else arn


def new_policy(body: bytes) -> str | None:
    """The ARN of the managed policy that a request is to make."""
    names = parse_qs(body.decode()).get("PolicyName")
    return f"arn:aws:iam::{ACCOUNT}:policy/{names[0]}" if names else None


def tagged(body: bytes) -> str | None:
    """The ARN of the table whose tags a request is about."""
    asked: object = json.loads(body) if body else None
    return cast("dict[str, Any]", asked).get("ResourceArn") if isinstance(asked, dict) else None


def schedule_in_group(arn: str, body: bytes, query: Mapping[str, Any]) -> str:
    """The ARN of a schedule with the group that a request names, in its query or its body."""
    named: object = json.loads(body).get("GroupName") if body else query.get("groupName")
    group = cast("list[str]", named)[0] if isinstance(named, list) else named
    return arn.replace(":schedule/default/", f":schedule/{group}/", 1) if group else arn
