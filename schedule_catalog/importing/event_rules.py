"""Scheduled EventBridge rules as jobs: `aws events list-rules` or `describe-rule`, with `list-targets-by-rule`.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.importing.aws_schedules import schedule_job
from schedule_catalog.importing.content import Content, mappings, text_at
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Refused
from schedule_catalog.importing.source import SourceKind

if TYPE_CHECKING:
    from schedule_catalog.importing.job import Job
    from schedule_catalog.importing.source import ImportContext

_SHELL_WORD = re.compile(r"[\w.-]+")
_NO_TARGETS = "its targets are not in the file: "


def is_rules(content: Content) -> bool:
    """Return whether the content has rules, or targets of a rule."""
    return content.is_json and any(_rules(value) or _targets(value) is not None for value in content.readable)


def rules_jobs(content: Content, reading: ImportContext) -> Iterator[Job | Refused]:
    """Yield a job for each target of each scheduled rule. All times of rules are UTC."""
    rules = [rule for value in content.values for rule in _rules(value)]
    if not rules:
        raise NotConvertibleError("it has targets but no rule: put the output of aws events list-rules before them")
    targets = _by_rule(content.values)
    for rule in rules:
        name = text_at(rule, "Name")
        if rule.get("ScheduleExpression"):
            yield from rule_jobs(rule, targets.get(name, ()), reading, f"rule {name}", _ask(name))
        elif "EventPattern" in rule:
            yield waiting_rule(f"rule {name}")


RULES = SourceKind("rules", "EventBridge rules", is_rules, rules_jobs)


def waiting_rule(origin: str) -> Refused:
    """Return a rule with an event pattern as a skipped job."""
    return Refused(origin, "it waits for events and has no schedule", skipped=True)


def rule_jobs(
    rule: Mapping[str, Any], targets: Any, reading: ImportContext, origin: str, advice: str
) -> Iterator[Job | Refused]:
    """Yield a job for each target of one rule, both in the form of the API; *advice* is for a rule without targets."""
    name = text_at(rule, "Name") or "rule"
    listed = mappings(list(targets))
    if not listed and reading.targets.fallback is None:
        yield Refused(origin, f"{_NO_TARGETS}{advice}")
        return
    for number, target in enumerate(listed or [{}], 1):
        which = ("", "") if len(listed) < 2 else (f"-{number}", f", target {number}")
        yield schedule_job(f"{name}{which[0]}", _as_schedule(rule, target), reading, f"{origin}{which[1]}")


def _ask(name: str) -> str:
    """Command that shows the targets of a rule."""
    said = name if _SHELL_WORD.fullmatch(name) else "NAME"
    return f"add aws events list-targets-by-rule --rule {said} --query \"{{Rule: '{said}', Targets: Targets}}\""


def _as_schedule(rule: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    state = "DISABLED" if text_at(rule, "State") == "DISABLED" else "ENABLED"
    kept = {key: rule[key] for key in ("ScheduleExpression", "Description") if key in rule}
    return {**kept, "State": state, "Target": target}


def _rules(value: Any) -> list[dict[str, Any]]:
    """Rules in a response; `describe-rule` returns one."""
    if not isinstance(value, dict):
        return []
    answer = cast("dict[str, Any]", value)
    if "Rules" in answer:
        return mappings(answer["Rules"])
    single = ":rule/" in text_at(answer, "Arn") or ("EventBusName" in answer and "Name" in answer)
    return [answer] if single else []


def _targets(value: Any) -> list[dict[str, Any]] | None:
    """Targets in a response of `list-targets-by-rule`."""
    listed = cast("dict[str, Any]", value).get("Targets") if isinstance(value, dict) else None
    return mappings(listed) if isinstance(listed, list) else None


def _by_rule(values: tuple[Any, ...]) -> dict[str, list[dict[str, Any]]]:
    """Targets by the name of their rule: the one in the response, or the only rule right before it."""
    found: dict[str, list[dict[str, Any]]] = {}
    before: list[str] = []
    for value in values:
        if names := [text_at(rule, "Name") for rule in _rules(value) if rule.get("ScheduleExpression")]:
            before = names
        targets = _targets(value)
        if targets is None:
            continue
        said = text_at(value, "Rule")
        if not said and len(before) != 1:
            raise NotConvertibleError(
                "the output of list-targets-by-rule lacks the name of the rule: "
                "add --query \"{Rule: 'NAME', Targets: Targets}\""
            )
        found.setdefault(said or before[0], []).extend(targets)
        before = before if said else []
    return found
