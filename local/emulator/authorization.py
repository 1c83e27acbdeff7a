"""What the emulator's authorization lacks, where it is turned on: each of it as AWS does it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast


def complete_authorization() -> None:
    """Put it right in this process, before the emulator serves."""
    _call_a_session_by_its_role()
    _find_a_schedule_in_its_group()


def _call_a_session_by_its_role() -> None:
    """Give a role's session the role's ARN as `aws:PrincipalArn`, which the emulator gives the session's own.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """
    import ministack.core.iam_evaluator as evaluator  # pyright: ignore[reportMissingTypeStubs]

    resolve = cast("Callable[[str, Any], Any]", evaluator._resolve_condition_key)  # pyright: ignore

    def resolve_key(key: str, context: Any) -> Any:
        found = resolve(key, context)
        return role_of_session(found) if key.lower() == "aws:principalarn" else found

    evaluator._resolve_condition_key = resolve_key  # pyright: ignore


def _find_a_schedule_in_its_group() -> None:
    """Look for the permission on a schedule in the group that the request names, not always in `default`."""
    import ministack.core.iam_actions as actions  # pyright: ignore[reportMissingTypeStubs]

    extract = cast("Callable[..., str]", actions.extract_resource_arn)  # pyright: ignore

    def extract_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Mapping[str, Any], *rest: Any
    ) -> str:
        arn = extract(service, method, path, headers, body, query, *rest)
        return schedule_in_group(arn, body, query) if service == "scheduler" else arn

    actions.extract_resource_arn = extract_arn


def role_of_session(arn: str) -> str:
    """The ARN of the role of an assumed role's session; any other principal's as it is."""
    start, assumed, session = arn.partition(":assumed-role/")
    return f"{start.replace(':sts:', ':iam:', 1)}:role/{session.partition('/')[0]}" if assumed else arn


def schedule_in_group(arn: str, body: bytes, query: Mapping[str, Any]) -> str:
    """The ARN of a schedule with the group that a request names, in its query or its body."""
    named: object = json.loads(body).get("GroupName") if body else query.get("groupName")
    group = cast("list[str]", named)[0] if isinstance(named, list) else named
    return arn.replace(":schedule/default/", f":schedule/{group}/", 1) if group else arn
