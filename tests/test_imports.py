"""Who may import whom: the table of the architecture, asserted from the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Folder (the most specific one wins) -> the folders of ours that it may import, besides itself.
ALLOWED: dict[str, set[str]] = {
    "__main__": {"infra", "schedule_catalog"},
    "schedule_client/contract": set(),
    "schedule_client": {"schedule_client/contract"},
    "schedule_catalog": {"schedule_client/contract"},
    "schedule_catalog/operations": {"schedule_catalog", "schedule_client", "schedule_client/contract"},
    "schedule_catalog/pages/console": {
        "schedule_catalog",
        "schedule_catalog/operations",
        "schedule_client",
        "schedule_client/contract",
    },
    "schedule_catalog/cli": {
        "schedule_catalog",
        "schedule_catalog/operations",
        "schedule_catalog/pages/console",
        "schedule_client/contract",
    },
    "infra": {"schedule_catalog"},
    "schedule_stack": set(),
    "proxy": {"schedule_client/contract"},
    "callback_api": {"schedule_client", "schedule_client/contract"},
    "local": {
        "schedule_catalog",
        "schedule_catalog/operations",
        "schedule_catalog/pages/console",
        "schedule_catalog/cli",
        "schedule_client",
        "schedule_client/contract",
        "infra",
        "proxy",
        "callback_api",
    },
}
# Third parties that a folder may never import, and those that it may import only inside a function.
FORBIDDEN: dict[str, set[str]] = {
    "schedule_client/contract": {"boto3", "botocore", "urllib3", "yaml", "jsonschema", "pulumi"},
    "schedule_catalog": {"boto3", "botocore", "pulumi", "pulumi_aws", "urllib3"},
    "schedule_catalog/operations": {"pulumi", "pulumi_aws", "urllib3"},
    "schedule_catalog/pages/console": {"boto3", "botocore", "pulumi", "pulumi_aws", "urllib3"},
    "schedule_catalog/cli": {"boto3", "botocore", "pulumi", "pulumi_aws", "urllib3"},
    "infra": {"boto3", "botocore"},
    "proxy": {"boto3", "botocore", "pulumi", "fastapi", "yaml", "jsonschema"},
    "callback_api": {"pulumi", "yaml"},
}
LATE: dict[str, set[str]] = {
    "schedule_catalog": {"jsonschema", "jsonschema_rs"},
    "schedule_catalog/operations": {"boto3", "botocore", "jsonschema", "jsonschema_rs"},
    "schedule_catalog/cli": {"jsonschema", "jsonschema_rs", "starlette", "jinja2", "uvicorn", "yaml"},
}
OURS = {path.split("/")[0] for path in ALLOWED}


def modules() -> Iterator[Path]:
    for name in sorted(OURS):
        yield from sorted((ROOT / name).rglob("*.py")) if name != "__main__" else [ROOT / "__main__.py"]


def folder_of(dotted: str) -> str:
    path = dotted.replace(".", "/")
    return max((known for known in ALLOWED if path == known or path.startswith(known + "/")), key=len, default="")


def imports(tree: ast.Module, module: str, is_package: bool) -> Iterator[tuple[str, bool]]:
    """Each imported dotted name, and whether the import runs when the module is imported."""
    late = {id(inner) for node in ast.walk(tree) if lies_inside(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) not in late
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, module, is_package)
            for alias in node.names:
                yield f"{base}.{alias.name}", id(node) not in late


def lies_inside(node: ast.AST) -> bool:
    """A function's body runs late, and an `if TYPE_CHECKING:` block not at all."""
    if isinstance(node, ast.If):
        return ast.unparse(node.test).endswith("TYPE_CHECKING")
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parents = module.split(".")[: len(module.split(".")) - node.level + is_package]
    return ".".join([*parents, *([node.module] if node.module else [])])


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_its_folder_may(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    own = folder_of(module)
    faults: list[str] = []
    for name, at_import in imports(ast.parse(path.read_bytes()), module, path.name == "__init__.py"):
        top = name.split(".")[0]
        if top in OURS:
            target = folder_of(name)
            if target != own and target not in ALLOWED[own]:
                faults.append(f"{own} may not import {name}")
        elif top in FORBIDDEN.get(own, set()):
            faults.append(f"{own} may not import {name}")
        elif at_import and top in LATE.get(own, set()):
            faults.append(f"{own} may import {name} only inside a function")

    assert not faults


def test_no_module_is_longer_than_350_lines() -> None:
    assert [str(path) for path in modules() if len(path.read_text().splitlines()) > 350] == []


def test_no_module_of_the_tests_is_longer_than_350_lines() -> None:
    releases = ROOT / "tests/releases"  # has modules of the releases, which stay as they were
    tests = [path for path in (ROOT / "tests").rglob("*.py") if releases not in path.parents]

    assert [str(path) for path in tests if len(path.read_text().splitlines()) > 350] == []


def test_no_module_is_named_for_being_of_use() -> None:
    assert [str(path) for path in modules() if path.stem in {"utils", "util", "common", "helpers", "misc"}] == []


def test_the_table_for_contributors_is_this_one() -> None:
    rows = re.findall(r"^\| `([\w/]+)` \| .* \| (.*) \|$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)

    assert {folder: set(re.findall(r"`([\w/]+)`", names)) for folder, names in rows} == ALLOWED
    assert all((ROOT / folder).is_dir() or (ROOT / f"{folder}.py").is_file() for folder in ALLOWED)


def test_every_path_that_contributors_are_sent_to_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text)
    # Short names are below these folders; what is made on a machine is none of the repository's.
    roots = (ROOT, ROOT / "schedule_catalog")
    made = (".venv/", "err/", "cases/")

    assert [
        each for each in named if not each.startswith(made) and not any((top / each).exists() for top in roots)
    ] == []
