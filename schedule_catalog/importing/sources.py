"""Table of all sources, and advice about files of other kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.importing.aws_schedules import AWS
from schedule_catalog.importing.cloudformation import CLOUDFORMATION
from schedule_catalog.importing.crontab import CRONTAB
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.event_rules import RULES
from schedule_catalog.importing.google import GOOGLE
from schedule_catalog.importing.hasura import HASURA
from schedule_catalog.importing.kubernetes import CRONJOB
from schedule_catalog.importing.terraform import TERRAFORM
from schedule_catalog.importing.vercel import VERCEL

if TYPE_CHECKING:
    from schedule_catalog.importing.content import Content
    from schedule_catalog.importing.job import Job, Refused
    from schedule_catalog.importing.source import ImportContext, SourceKind

SOURCES: tuple[SourceKind, ...] = (
    CRONJOB, HASURA, VERCEL, TERRAFORM, CLOUDFORMATION, RULES, AWS, GOOGLE, CRONTAB,
)  # fmt: skip
"""In the order of recognition: the least specific is last."""
KINDS = tuple(source.kind for source in SOURCES)

_HELM = re.compile(
    r"\{\{-?\s*(?:\.(?:Values|Release|Chart)\b|\$|/\*|(?:if|range|include|with|template|define|toYaml|end)\b)"
)
_MANIFEST = re.compile(r"(?m)^\s*(?:apiVersion|kind)\s*:")
_HCL = re.compile(r'(?m)^\s*(?:resource|module|variable|provider)\s+"')
_TIMER = re.compile(r"(?m)^\[Timer\]")


def jobs_of(
    content: Content, reading: ImportContext, kind: str | None = None
) -> tuple[SourceKind, list[Job | Refused]]:
    """Return the kind of a file and its jobs; *kind* is the caller's.

    Raises NotConvertibleError with the real kind, if it is another one or not supported.
    """
    source = recognised(content, kind)
    for value in (content.text,) if source is CRONTAB else content.values:
        reading.targets.confidential.study(value)
    jobs = list(source.jobs(content, reading))
    if not jobs:
        raise NotConvertibleError(f"this is {source.title} without scheduled jobs")
    return source, jobs


def recognised(content: Content, kind: str | None = None) -> SourceKind:
    """Return the source of a file."""
    if _is_helm(content):
        raise NotConvertibleError(f"this is {_HELM_TEMPLATE}")
    found = next((source for source in SOURCES if source.recognises(content)), None)
    if found and kind in (None, found.kind):
        return found
    if found:
        advice = f"write schedules import {found.kind} FILE, or leave the kind out"
        raise NotConvertibleError(f"this is {found.title}: {advice}")
    if stranger := next((title for matches, title in _STRANGERS if matches(content)), None):
        raise NotConvertibleError(f"this is {stranger}")
    asked = [source.title for source in SOURCES if kind in (None, source.kind)]
    if content.is_json or kind not in (None, CRONTAB.kind):
        _ = content.values  # shows the position of the syntax error
    raise NotConvertibleError(f"this is not {' or '.join(filter(None, (', '.join(asked[:-1]), asked[-1])))}")


_HELM_TEMPLATE = "a Helm template: render it first, with helm template … | schedules import -"


def _mappings(content: Content) -> Iterator[dict[str, Any]]:
    for value in content.readable:
        if isinstance(value, dict):
            yield cast("dict[str, Any]", value)


def _any(test: Callable[[dict[str, Any]], bool]) -> Callable[[Content], bool]:
    return lambda content: any(map(test, _mappings(content)))


def _is_helm(content: Content) -> bool:
    return _MANIFEST.search(content.text) is not None and _HELM.search(content.text) is not None


_STRANGERS: tuple[tuple[Callable[[Content], bool], str], ...] = (
    (
        _any(lambda each: each.get("kind") == "CronWorkflow"),
        "an Argo CronWorkflow, which is not supported: its steps are not calls",
    ),
    (
        _any(lambda each: {"lineage", "serial"} <= set(each)),
        "a Terraform state: import the output of terraform show -json",
    ),
    (
        lambda content: _HCL.search(content.text) is not None,
        "Terraform code: import the output of terraform show -json",
    ),
    (
        _any(lambda each: "provider" in each and "functions" in each and "service" in each),
        "a Serverless Framework file: import the template that serverless package writes below .serverless/",
    ),
    (_any(lambda each: "owner" in each and "schedules" in each), "a catalog file already: there is nothing to import"),
    (
        _any(lambda each: "jobs" in each and ("on" in each or "true" in each)),
        "a GitHub Actions workflow, which is not supported: its steps are not calls",
    ),
    (
        _any(lambda each: bool({"rewrites", "redirects", "builds", "functions", "crons"} & set(each))),
        "a vercel.json without crons that have a path and a schedule",
    ),
    (_any(lambda each: "apiVersion" in each and "kind" in each), "Kubernetes manifests without a CronJob"),
    (
        lambda content: _TIMER.search(content.text) is not None,
        "a systemd timer, which is not supported: write it as a crontab line",
    ),
)
"""Files that are not supported, with advice."""
