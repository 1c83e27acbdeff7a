"""Which work tree a path is in, and what git could take for a repository."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from schedule_catalog.document import find_files
from schedule_catalog.work_tree import leads_outside, mistaken_for_repository, work_tree
from tests.test_imports import modules

BARE = ("HEAD", "objects", "refs")


@pytest.mark.parametrize(
    "names",
    [
        BARE,
        ("head", "OBJECTS", "Refs", "config", "a.yaml"),
        ("HEAD", "commondir"),
        (".GIT",),
        (".git ",),
        (".git.",),
        (".git::$INDEX_ALLOCATION",),
        ("git~1",),
        (".g\u200cit",),
        ("\ufeff.git",),
    ],
)
def test_names_that_git_could_believe_are_a_problem_however_deep(names: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "schedules" / ".hidden" / "team"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()

    (problem,) = find_files([tmp_path / "schedules"]).problems

    assert (problem.path, problem.rule) == (str(folder), "repository")
    assert mistaken_for_repository(names)


@pytest.mark.parametrize(
    "names", [("HEAD", "objects"), ("objects", "refs"), ("git", "a.git", "legit~1"), (".gitignore",)]
)
def test_other_names_are_nobodys_repository(names: tuple[str, ...]) -> None:
    assert mistaken_for_repository(names) is None


def test_a_submodule_in_the_catalog_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / ".git").write_text("gitdir: ../.git/modules/team\n")

    assert find_files([tmp_path]).problems == ()


def test_the_nearest_folder_or_file_called_so_makes_a_work_tree(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "team" / "schedules").mkdir(parents=True)
    (tmp_path / "team" / ".GIT").mkdir()

    assert work_tree(tmp_path / "team" / "schedules" / "later.yaml") == tmp_path
    (tmp_path / "team" / ".git").touch()
    assert work_tree(tmp_path / "team" / "schedules") == tmp_path / "team"
    assert work_tree(tmp_path.parent) is None


def test_a_link_leads_outside_only_where_it_leaves_the_work_tree(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / ".git").mkdir(parents=True)
    (tree / "inside").symlink_to(".git")
    (tree / "outside").symlink_to(tmp_path)
    (tmp_path / "alias").symlink_to(tree)

    assert leads_outside(tree / "outside") == tree
    assert leads_outside(tree / "inside") is None
    assert leads_outside(tmp_path / "alias") is None
    assert leads_outside(tmp_path / "alias" / "outside" / "schedules") == tmp_path / "alias"


def commands(path: Path) -> list[str]:
    """The first words of tuples and lists: of what a module runs, or tells people to run."""
    nodes = ast.walk(ast.parse(path.read_bytes()))
    first = [node.elts[0] for node in nodes if isinstance(node, ast.Tuple | ast.List) and node.elts]
    constants = [node.value for node in first if isinstance(node, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def test_one_module_runs_git() -> None:
    assert [path.stem for path in modules() if "git" in commands(path) and "Popen" in path.read_text()] == [
        "repository"
    ]
