"""Docstrings of programs: an error that one names is there to be raised."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping

from tests.test_imports import modules
from tests.test_structure import arrows, dotted

ERROR = re.compile(r"\b\w+Error\b")
BUILT_IN = {name for name in dir(builtins) if name.endswith("Error")}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def said(tree: ast.Module) -> Iterator[str]:
    """The errors that docstrings name."""
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED):
            yield from ERROR.findall(ast.get_docstring(node) or "")


def known(tree: ast.Module) -> Iterator[str]:
    """The names that the code defines, imports or uses."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                yield name
            case _:
                pass


def reached(module: str, graph: Mapping[str, set[str]]) -> set[str]:
    """The module and all that it imports, whether by itself or not."""
    found, left = {module}, [module]
    while left:
        new = graph[left.pop()] - found
        found |= new
        left += new
    return found


def test_an_error_that_a_docstring_names_is_one_of_its_folder_or_of_what_its_module_imports() -> None:
    trees = {dotted(path): ast.parse(path.read_bytes()) for path in modules()}
    names, graph = {module: set(known(tree)) for module, tree in trees.items()}, arrows()
    named = [(module, error) for module, tree in trees.items() for error in said(tree) if error not in BUILT_IN]

    def is_known(module: str, error: str) -> bool:
        folder = module.rpartition(".")[0] + "."  # an interface names what its implementations raise
        beside = {each for each in trees if each.startswith(folder)}
        return any(error in names[each] for each in beside | reached(module, graph))

    assert len(named) > 100
    assert [(module, error) for module, error in named if not is_known(module, error)] == []
