"""The shape of the whole tree: no circle of imports, one class for one name, one way to leave out a type error."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from tests.test_imports import OURS, ROOT, imports, modules

# Class names that two places share for a reason; every other class has a name of its own.
SHARED: dict[str, str] = {
    "Problem": "of a catalog file; in the callback service the name of RFC 9457, which its OpenAPI document carries",
    "Run": "of a schedule at its time: as the laptop's dispatcher keeps it, and as the proxy calls for it",
    "Schedule": "of EventBridge Scheduler: as the dispatcher fires it, and as an event names it to the proxy",
    "Settings": "of a stack, and of the callback service's process: neither may import the other",
    "SettingsError": "for each of three packages what its users catch when settings are wrong",
    "UnavailableError": "what users of the helper catch, and what the proxy raises within",
}


UNNAMED = re.compile(r"#\s*(?:type|pyright):\s*" + "ignore" + r"(?!\[report)")


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def arrows() -> dict[str, set[str]]:
    """Each module and the modules that it imports, also where only the type checker does or a function, late.

    `from package import name` reaches the module that defines the name, if the package's own module only passes it on.
    """
    trees = {dotted(path): (ast.parse(path.read_bytes()), path.name == "__init__.py") for path in modules()}
    origins: dict[str, str] = {}
    for module, (tree, is_package) in trees.items():
        if is_package:
            for name, _ in imports(tree, module, is_package):
                origins[f"{module}.{name.rpartition('.')[2]}"] = name
    found: dict[str, set[str]] = {module: set() for module in trees}
    for module, (tree, is_package) in trees.items():
        for name, _ in imports(tree, module, is_package):
            target = name
            while target in origins and target not in trees:
                target = origins[target]
            target = target if target in trees else target.rpartition(".")[0]
            if target in trees and target != module:
                found[module].add(target)
    return found


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """The modules of each circle: those that reach each other (Tarjan's strongly connected components)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for target in sorted(graph[module]):
            if target not in number:
                visit(target)
                lowest[module] = min(lowest[module], lowest[target])
            elif target in stack:
                lowest[module] = min(lowest[module], number[target])
        if lowest[module] == number[module]:
            members = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(members) > 1:
                found.append(sorted(members))

    for module in sorted(graph):
        if module not in number:
            visit(module)
    return found


def written() -> list[Path]:
    return [*modules(), *sorted((ROOT / "benchmarks").glob("*.py"))]


def class_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in written():
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(str(path.relative_to(ROOT)))
    return found


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a", "c"}}) == [["b", "c"]]


def test_no_modules_import_each_other() -> None:
    graph = arrows()

    assert len(graph) > 400
    assert {module.split(".")[0] for module in graph} == OURS
    assert circles(graph) == []


def test_a_class_has_a_name_of_its_own_but_for_a_few_that_are_shared_for_a_reason() -> None:
    twice = {name: places for name, places in class_names().items() if len(places) > 1}

    assert {name: places for name, places in twice.items() if name not in SHARED} == {}
    assert set(SHARED) == set(twice), "a name that is no longer shared: take it off the list"
    assert len(SHARED) <= 10


def room(module: str) -> str:
    """The part of the command that a module is in; what all parts use, and the entry, are one."""
    name = module.removeprefix("schedule_catalog.cli").removeprefix(".").split(".")[0]
    return name if name in {"commands", "line", "text", "github", "rows", "as_json"} else "cli"


def test_the_parts_of_the_command_are_few_and_so_are_their_imports_of_each_other() -> None:
    inside = {module: found for module, found in arrows().items() if module.startswith("schedule_catalog.cli")}
    between = {(room(module), room(each)) for module, found in inside.items() for each in found if each in inside}

    assert len({pair for pair in between if pair[0] != pair[1]}) <= 16


def test_an_instant_is_written_by_one_function_for_programs_and_one_for_people() -> None:
    by_hand = re.compile(r"""%H:%M:%SZ|(?<!%a )%Y-%m-%d %H:%M(?::%S)?\}? UTC|"\+00:00", "Z\"""")
    homes = {"schedule_client/contract/times.py", "schedule_catalog/wording.py", "schedule_client/contract/pauses.py"}
    found = {str(path.relative_to(ROOT)) for path in written() if by_hand.search(path.read_text())}

    assert found == homes


def test_every_module_is_type_checked_and_each_exception_names_its_rule() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pyright"]
    everything = [
        path for path in [*ROOT.glob("*.py"), *ROOT.glob("[!.]*/**/*.py")] if "node_modules" not in path.parts
    ]
    ours = [path for path in everything if not path.is_relative_to(ROOT / "tests" / "releases" / "0.1.0")]
    outside = {path.relative_to(ROOT).parts[0] for path in ours} - set(settings["include"])

    assert outside <= {"build", "dist"}
    assert settings["enableTypeIgnoreComments"] is False, "an exception is written in the spelling of pyright"
    ignores = {str(path): UNNAMED.findall(path.read_text()) for path in ours}
    assert {path: found for path, found in ignores.items() if found} == {}
