"""CloudFormation and SAM templates as jobs.

Sources: the resource types AWS::Scheduler::Schedule and AWS::Events::Rule; SAM's events Schedule and ScheduleV2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.importing.aws_schedules import schedule_job
from schedule_catalog.importing.content import Content, at, mappings, text_at
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.event_rules import rule_jobs, waiting_rule
from schedule_catalog.importing.job import Refused
from schedule_catalog.importing.source import SourceKind

if TYPE_CHECKING:
    from schedule_catalog.importing.job import Job
    from schedule_catalog.importing.secrecy import Confidential
    from schedule_catalog.importing.source import ImportContext

_SUBSTITUTE = re.compile(r"\$\{([^!}][^}]*)\}")
_ELSEWHERE = ("Arn", "RoleArn", "DeadLetterConfig", "KmsKeyArn", "GroupName")
"""Values that an entry does not need: references in them may stay."""


def is_template(content: Content) -> bool:
    """Return whether the content has resources of CloudFormation's types."""
    return any(_resources(each) for each in content.readable)


def template_jobs(content: Content, reading: ImportContext) -> Iterator[Job | Refused]:
    """Yield the schedules of every template, in order; a parameter has its default value."""
    for template in content.values:
        parameters = _parameters(template, reading.targets.confidential)
        for name, resource in _resources(template).items():
            kind, properties = text_at(resource, "Type"), at(resource, "Properties")
            if kind == "AWS::Scheduler::Schedule":
                yield from _jobs(name, f"resource {name}", properties, parameters, reading)
            elif kind == "AWS::Events::Rule" and "ScheduleExpression" in properties:
                yield from _jobs(name, f"resource {name}", properties, parameters, reading, rule=True)
            elif kind == "AWS::Events::Rule" and "EventPattern" in properties:
                yield waiting_rule(f"resource {name}")
            elif kind.startswith("AWS::Serverless::"):
                yield from _events(name, properties, parameters, reading)


CLOUDFORMATION = SourceKind("cloudformation", "a CloudFormation or SAM template", is_template, template_jobs)


def _resources(template: Any) -> dict[str, Any]:
    resources = at({"it": template}, "it", "Resources")
    return resources if any(text_at(each, "Type").startswith("AWS::") for each in resources.values()) else {}


def _parameters(template: Any, confidential: Confidential) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, parameter in at({"it": template}, "it", "Parameters").items():
        default = at({"it": parameter}, "it").get("Default")
        if isinstance(default, str | int | float) and not isinstance(default, bool):
            if str(at({"it": parameter}, "it").get("NoEcho", "")).lower() == "true":
                confidential.add(str(default))
            else:
                found[name] = str(default)
    return found


def _events(
    owner: str, properties: Mapping[str, Any], parameters: Mapping[str, str], reading: ImportContext
) -> Iterator[Job | Refused]:
    """SAM's events of a function or a state machine, which is their target."""
    for event, said in at(properties, "Events").items():
        kind, values = text_at(said, "Type"), dict(at({"it": said}, "it", "Properties"))
        if kind not in ("Schedule", "ScheduleV2"):
            continue
        target = {key: values.pop(key) for key in ("Input", "RetryPolicy", "DeadLetterConfig") if key in values}
        target["Arn"] = "arn:aws:lambda:::function"
        if "Enabled" in values:
            values["State"] = "ENABLED" if str(values["Enabled"]).lower() == "true" else "DISABLED"
        if "Schedule" in values:
            values["ScheduleExpression"] = values["Schedule"]
        values["Target"] = target
        yield from _jobs(f"{owner}-{event}", f"event {owner}.{event}", values, parameters, reading)


def _jobs(
    logical: str, origin: str, properties: Mapping[str, Any], parameters: Mapping[str, str], reading: ImportContext,
    rule: bool = False,
) -> Iterator[Job | Refused]:  # fmt: skip
    try:
        answer = cast("dict[str, Any]", _without_references(_resolved(properties, parameters), ""))
    except NotConvertibleError as error:
        yield Refused(origin, str(error))
        return
    name = text_at(answer, "Name") or logical
    if rule:
        yield from rule_jobs(
            {**answer, "Name": name}, mappings(answer.get("Targets")), reading, origin, "write Targets"
        )
    else:
        yield schedule_job(name, answer, reading, origin)


def _resolved(value: Any, parameters: Mapping[str, str]) -> Any:
    """Value with the references that the template itself resolves: parameters with a default, `Fn::Sub`, `Fn::Join`."""
    if isinstance(value, list):
        return [_resolved(each, parameters) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    members = {key: _resolved(each, parameters) for key, each in cast("dict[str, Any]", value).items()}
    if len(members) != 1:
        return members
    name, argument = next(iter(members.items()))
    match name:
        case "Ref" if isinstance(argument, str) and argument in parameters:
            return parameters[argument]
        case "Fn::Sub":
            return _substituted(argument, parameters)
        case "Fn::Join" if isinstance(argument, list) and len(cast("list[Any]", argument)) == 2:
            glue, parts = cast("list[Any]", argument)
            every = cast("list[Any]", parts) if isinstance(parts, list) else []
            return str(glue).join(every) if every and all(isinstance(each, str) for each in every) else members
        case "Fn::ToJsonString":
            return json.dumps(argument)
        case _:
            return members


def _substituted(argument: Any, parameters: Mapping[str, str]) -> Any:
    text, own = argument, dict[str, Any]()
    if isinstance(argument, list) and len(cast("list[Any]", argument)) == 2:
        text, second = cast("list[Any]", argument)
        own = at({"it": second}, "it")
    if not isinstance(text, str):
        return {"Fn::Sub": cast("Any", argument)}
    known = {**parameters, **{key: each for key, each in own.items() if isinstance(each, str)}}
    names = _SUBSTITUTE.findall(text)
    if unknown := [name for name in names if name not in known]:
        return {"Fn::Sub": ", ".join(unknown)}
    return _SUBSTITUTE.sub(lambda found: known[found[1]], text).replace("${!", "${")


def _without_references(value: Any, key: str) -> Any:
    """Refuse remaining references, by name; if an entry does not need the value, only note it."""
    if isinstance(value, list):
        return [_without_references(each, key) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, Any]", value)
    name = next(iter(members), "")
    if len(members) == 1 and (name in ("Ref", "Condition") or name.startswith("Fn::")):
        if key in _ELSEWHERE:
            return "reference"
        if key == "Name":
            return ""
        what = f"its {key or 'value'} refers to {_named(name, members[name])}"
        raise NotConvertibleError(f"{what}: import the deployed schedule, or write the value")
    return {each: _without_references(inner, each) for each, inner in members.items()}


def _named(name: str, argument: Any) -> str:
    parts = cast("list[Any]", argument) if isinstance(argument, list) else [argument]
    words = [each for each in parts if isinstance(each, str) and re.fullmatch(r"[\w:., -]{1,80}", each)]
    return f"{name.removeprefix('Fn::')} {'.'.join(words)}".strip()
