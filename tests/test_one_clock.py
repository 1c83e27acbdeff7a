"""`Timing` says when an entry fires, and nobody else: asserted from the code.

A module decides for itself when it asks the evaluator, when it tells kinds of expressions apart by their text, or when
a condition looks at what bounds an entry. `ALLOWED` names who may, and why.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOOKED_AT = ("schedule_catalog", "infra", "local", "__main__.py")
HOME = ("schedule_catalog/timing.py", "schedule_catalog/minutes_of_day.py", "schedule_catalog/expressions/")
EVALUATOR = {"fires", "next_fires", "count_fires"}
BOUNDS = {"enabled", "start", "end", "starts", "ends", "expires", "opens", "resumes"}
WRAPPERS = ("cron(", "rate(", "at(")
SEARCHES = {"startswith", "removeprefix", "partition", "split", "find", "index", "match", "fullmatch"}

ALLOWED: dict[str, tuple[set[str], str]] = {
    "schedule_catalog/cli/commands/next.py": (
        {"at(", "cron(", "rate(", "options.start"},
        "reads what is typed; the start of a forecast is no bound of an entry",
    ),
    "schedule_catalog/diff/effects.py": (
        {"after.sent().starts", "timing.expires"},
        "tells whether this change moved it, and when it was due",
    ),
    "schedule_catalog/forecast.py": ({"timing.end"}, "writes it down"),
    "schedule_catalog/hazards.py": ({"fires"}, "finds local times that a cron asks for; that they count, it asks"),
    "schedule_catalog/operations/inventory.py": (
        {"found.enabled", "listed.enabled"},
        "tells whether what was read is still what is listed",
    ),
    "schedule_catalog/pages/console/views.py": ({"found.enabled"}, "shows the state that AWS has"),
    "schedule_catalog/operations/drift.py": ({"found.enabled"}, "compares what is in AWS, field by field"),
    "schedule_catalog/operations/schedules.py": ({"self.start", "self.end"}, "makes the Timing of a schedule in AWS"),
    "schedule_catalog/operations/status.py": ({"each.enabled"}, "lists what is disabled in AWS"),
    "schedule_catalog/pages/report/data.py": ({"timing.start", "timing.end"}, "writes it down"),
    "schedule_catalog/cli/commands/report.py": ({"options.start"}, "an option of the command line"),
    "schedule_catalog/cli/commands/trigger.py": ({"schedule.enabled"}, "tells that it is disabled in AWS"),
    "local/simulation/audit.py": ({"run.end"}, "the outcome of a run"),
    "local/simulation/command.py": ({"options.start", "options.end"}, "options of the command line"),
    "local/simulation/faults.py": ({"outage.end"}, "the end of an outage"),
}
AWS_ITSELF = "local/dispatcher/"
"""EventBridge Scheduler on a laptop: it fires schedules as AWS does, and knows no entry."""
TEXT = ("schedule_catalog/document/", "schedule_catalog/editing/")
"""Here `start` and `end` are places in a file."""
SOURCES = "schedule_catalog/importing/"
"""Other systems' texts, and when they fire by the rules of those: what the entries of an import are proved against."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for top in LOOKED_AT:
        path = ROOT / top
        for each in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            name = each.relative_to(ROOT).as_posix()
            if not name.startswith((*HOME, *TEXT, AWS_ITSELF, SOURCES)):
                yield name, ast.parse(each.read_bytes())


def decisions(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("schedule_catalog.expressions"):
            yield from (each.name for each in node.names if each.name in EVALUATOR)
        yield from (each.value for each in compared(node) if isinstance(each, ast.Constant) and each.value in WRAPPERS)
        for condition in conditions(node):
            yield from (ast.unparse(each) for each in ast.walk(condition) if is_bound(each))


def conditions(node: ast.AST) -> Iterator[ast.expr]:
    """What a node decides by: tests, comparisons, the operands of "and" and "or", what it takes the least of."""
    if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
        yield node.test
    elif isinstance(node, ast.comprehension):
        yield from node.ifs
    elif isinstance(node, ast.BoolOp | ast.Compare | ast.UnaryOp):
        yield node
    elif isinstance(node, ast.match_case) and node.guard:
        yield node.guard
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("min", "max", "bool", "all", "any"):
        yield node


def compared(node: ast.AST) -> Iterator[ast.expr]:
    """The texts that a node looks for in another."""
    if isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SEARCHES:
        yield from (inner for each in node.args for inner in ast.walk(each) if isinstance(inner, ast.expr))


def is_bound(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in BOUNDS


def test_no_other_module_decides_when_an_entry_fires() -> None:
    found = {name: set(decisions(tree)) for name, tree in modules()}

    assert {name: what for name, what in found.items() if what - ALLOWED.get(name, (set(), ""))[0]} == {}
    assert {name: what - found.get(name, set()) for name, (what, _) in ALLOWED.items() if what - found[name]} == {}


def test_such_a_decision_is_seen() -> None:
    written = """
from schedule_catalog.expressions import fires
if entry.expression.startswith("rate("): pass
last = min(end, entry.timing.ends)
calls = [each for each in entries if each.timing.enabled]
begun = entry.timing.start is None or now
"""

    assert set(decisions(ast.parse(written))) == {
        "fires", "rate(", "entry.timing.ends", "each.timing.enabled", "entry.timing.start",
    }  # fmt: skip
