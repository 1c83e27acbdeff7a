"""Problems as SARIF 2.1.0, which code scanning shows in the pull request and follows from commit to commit.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from schedule_catalog.checking.rules import RULES
from schedule_catalog.cli.github.line_hash import line_hashes
from schedule_catalog.cli.github.workspace import Workspace
from schedule_catalog.cli.output import say_json
from schedule_catalog.document import read_document
from schedule_catalog.problem import Problem, Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog

RESULTS_MAX = 25_000
"""GitHub rejects a run with more results."""

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_GRAVEST_FIRST = tuple(Severity)
_RULE_INDEX = {rule: index for index, rule in enumerate(sorted(RULES))}


def show(catalog: Catalog, note: str) -> None:
    """Print one run with a result for each problem, the most severe first."""
    say_json(log(catalog, note, Workspace.around(Path.cwd(), os.environ)), indent=1)


def log(catalog: Catalog, note: str, workspace: Workspace) -> dict[str, Any]:
    """Return the SARIF log; paths are relative to the top of the repository."""
    ranked = sorted(catalog.problems, key=lambda problem: (_GRAVEST_FIRST.index(problem.severity), problem))
    listed = ranked[:RESULTS_MAX]
    run = {
        "tool": {"driver": _driver()},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, **_notifications(note, len(ranked) - len(listed))}],
        "results": list(_results(listed, workspace)),
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver() -> dict[str, Any]:
    from importlib.metadata import version

    return {
        "name": "schedules check",
        "semanticVersion": version("schedule-catalog"),
        "rules": [_rule(rule) for rule in _RULE_INDEX],
    }


def _rule(rule: str) -> dict[str, Any]:
    text = RULES[rule]
    link = f"docs/checks.md#{rule.replace('.', '')}"
    return {
        "id": rule,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": f"{text}; {link} has a sample", "markdown": f"{text}; `{link}` has a sample"},
    }


def _notifications(note: str, left_out: int) -> dict[str, Any]:
    said = [note] if note else []
    if left_out:
        said.append(f"{left_out:,} less severe problems are omitted: GitHub accepts {RESULTS_MAX:,}")
    listed = [{"level": "note", "message": {"text": text}} for text in said]
    return {"toolExecutionNotifications": listed} if listed else {}


def _results(problems: Sequence[Problem], workspace: Workspace) -> Iterator[dict[str, Any]]:
    hashes: dict[str, list[str]] = {}
    for problem in problems:
        if problem.path not in hashes:
            hashes[problem.path] = line_hashes(_text(problem.path))
        result = _result(problem, workspace)
        for line_hash in hashes[problem.path][problem.line - 1 : problem.line]:
            result["partialFingerprints"] = {"primaryLocationLineHash": line_hash}
        yield result


def _text(path: str) -> str:
    return read_document(Path(path), path).data.decode("utf-8", "replace")


def _result(problem: Problem, workspace: Workspace) -> dict[str, Any]:
    region = {"startLine": problem.line, "startColumn": problem.column}
    place = {"artifactLocation": _location(problem.path, workspace), "region": region}
    return {
        "ruleId": problem.rule,
        "ruleIndex": _RULE_INDEX[problem.rule],
        "level": problem.severity.value,
        "message": {"text": _plain(problem.message)},
        "locations": [{"physicalLocation": place}],
    }


def _location(path: str, workspace: Workspace) -> dict[str, str]:
    relative = workspace.relative(path)
    if relative is None:
        return {"uri": workspace.absolute(path).as_uri()}
    return {"uri": quote(relative), "uriBaseId": "%SRCROOT%"}


def _plain(text: str) -> str:
    r"""Return a message without links: SARIF reads `[text](target)` as one, and `\[` as a bracket."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]") if "](" in text else text
