"""What an author commits, and what a hook inherits, do not move git: each test carries an attack out with real git."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from schedule_catalog.errors import RevisionError
from schedule_catalog.repository import Repository, git_environment
from schedule_catalog.revision import documents_at
from tests.schedule_catalog.git_repository import ADDED, AFTER, BEFORE, ROOT, differs, embed, git, run, schedules


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a catalog on `main`; the work tree adds the schedule `b`."""
    folder = tmp_path / "repository"
    (folder / "schedules").mkdir(parents=True)
    (folder / "schedules" / "a.yaml").write_text(BEFORE)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
    git(folder, "checkout", "-q", "-b", "change")
    (folder / "schedules" / "a.yaml").write_text(AFTER)
    git(folder, "commit", "-q", "-a", "-m", "two")
    return folder


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    """A program that leaves a trace when anybody runs it."""
    program = tmp_path / "payload"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/executed\nexit 1\n")
    program.chmod(0o755)
    return program


def executed(payload: Path) -> bool:
    return (payload.parent / "executed").exists()


def promisor(payload: Path) -> str:
    return (
        f"sshCommand = {payload}\nfsmonitor = {payload}\nhooksPath = {payload.parent}\n"
        '[extensions]\npartialClone = origin\n[remote "origin"]\nurl = ssh://example.com/x\npromisor = true\n'
    )


@pytest.mark.parametrize("command", [("diff", "main"), ("diff", "main", "change"), ("check", "--base", "main")])
def test_a_repository_that_is_committed_into_the_catalog_runs_nothing(
    repository: Path, payload: Path, command: tuple[str, ...]
) -> None:
    embed(repository / "schedules", promisor(payload))

    done = schedules(repository, *command)

    assert not executed(payload)
    assert done.returncode == 1 if command[0] == "check" else "\n1 added" in done.stdout
    assert ("[repository]" in done.stdout) == (len(command) == 2 or command[0] == "check")


def test_objects_that_are_committed_into_the_catalog_hide_no_change(repository: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(repository, forged)
    git(forged, "branch", "-q", "-f", "main", "change")
    shutil.copytree(forged / ".git", repository / "schedules", dirs_exist_ok=True)
    (repository / "schedules" / "config").write_text("[core]\nbare = false\nworktree = ..\n")

    differs(repository)


def test_a_hook_of_a_linked_worktree_compares_the_catalog_alone(repository: Path, tmp_path: Path) -> None:
    git(repository, "checkout", "-q", "main")
    (repository / "other.yaml").write_text(BEFORE.replace("a:", "other:"))
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "three")
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked", "change")
    hook = repository / ".git" / "hooks" / "pre-commit"
    command = f"{sys.executable} -m schedule_catalog.cli diff main > {tmp_path}/said 2>&1"
    hook.write_text(
        f'#!/bin/sh\n[ -n "$GIT_DIR$GIT_INDEX_FILE" ] && env | grep ^GIT_ > {tmp_path}/inherited\n{command}\n'
    )
    hook.chmod(0o755)

    git(tmp_path / "linked", "commit", "-q", "--allow-empty", "-m", "four", PYTHONPATH=str(ROOT))

    assert "GIT_INDEX_FILE" in (tmp_path / "inherited").read_text()
    assert (tmp_path / "said").read_text().endswith("\n1 added\n")


def test_what_is_inherited_of_git_sends_it_nowhere(repository: Path, payload: Path, tmp_path: Path) -> None:
    decoy = tmp_path / "decoy"
    shutil.copytree(repository, decoy)
    git(decoy, "branch", "-q", "-f", "main", "change")
    sent = {
        "GIT_DIR": f"{decoy}/.git",
        "GIT_WORK_TREE": str(decoy),
        "GIT_OBJECT_DIRECTORY": f"{decoy}/.git/objects",
        "GIT_NAMESPACE": "decoy",
        "GIT_SSH_COMMAND": str(payload),
        "GIT_EXTERNAL_DIFF": str(payload),
        "GIT_TRACE": str(tmp_path / "executed"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": str(payload),
    }

    differs(repository, **sent)

    assert not executed(payload)


def test_a_configuration_of_the_tree_that_its_owner_includes_runs_nothing(repository: Path, payload: Path) -> None:
    git(repository, "config", "include.path", "../.gitconfig")
    sections = {"alias": "rev-parse = !", "pager": "ls-tree = ", "credential": "helper = !", "diff": "external = "}
    text = "".join(f"[{name}]\n{key}{payload}\n" for name, key in sections.items())
    (repository / ".gitconfig").write_text(f"[core]\n{promisor(payload)}{text}")

    differs(repository, "main", HOME=str(repository.parent))

    assert not executed(payload)


@pytest.mark.parametrize("url", ["ssh://example.com/x", "ext::{payload}"])
def test_what_a_partial_clone_lacks_is_not_fetched(repository: Path, payload: Path, tmp_path: Path, url: str) -> None:
    git(repository, "config", "uploadpack.allowFilter", "true")
    source = repository.as_uri()
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", source, "partial", GIT_ALLOW_PROTOCOL="file")
    partial = tmp_path / "partial"
    git(partial, "config", "remote.origin.url", url.format(payload=payload))
    git(partial, "config", "core.sshCommand", str(payload))
    git(partial, "config", "protocol.allow", "always")
    git(partial, "config", "protocol.ext.allow", "always")
    (partial / "schedules").mkdir()

    done = schedules(partial, "diff", "origin/main")

    assert not executed(payload)
    assert done.returncode == 2
    assert "nothing is fetched automatically" in done.stderr
    git(partial, "config", "remote.origin.url", source)
    hint = done.stderr.rstrip("\n").split("fetch them first, ")[1]
    assert run(partial, "sh", "-c", hint, HOME=str(tmp_path)).returncode == 0
    (partial / "schedules" / "a.yaml").write_text(AFTER)
    differs(partial, "origin/main")


@pytest.mark.parametrize("revision", ["--upload-pack=touch executed", "-c", "--output=executed", "--git-dir=schedules"])
def test_a_ref_is_never_an_option(repository: Path, revision: str) -> None:
    for done in (schedules(repository, "diff", "--", revision), schedules(repository, "check", f"--base={revision}")):
        assert done.returncode == 2
        assert f'unknown revision "{revision}"' in done.stderr
    assert not (repository / "executed").exists()


def test_a_repository_of_somebody_else_is_refused_with_the_way_out(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    real = shutil.which("git")
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    path = f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}"

    done = schedules(repository, "diff", "main", PATH=path)

    assert done.returncode == 2
    assert done.stderr == (
        f'schedules diff: git does not read "{repository}", which belongs to another user; '
        f"if you trust it, run: git config --global --add safe.directory {repository}\n"
    )
    git(repository, "config", "--global", "--add", "safe.directory", str(repository))
    differs(repository, PATH=path)


def test_a_catalog_that_becomes_a_link_hides_no_change(repository: Path) -> None:
    shutil.copytree(repository / "schedules", repository / "archive")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "three")
    git(repository, "branch", "-q", "-f", "main")
    (repository / "archive" / "a.yaml").write_text(BEFORE)
    shutil.rmtree(repository / "schedules")
    (repository / "schedules").symlink_to("archive")

    done = schedules(repository, "diff", "main")

    assert done.returncode == 2
    assert '"schedules" is a symbolic link, or below one: name the folder itself' in done.stderr


def test_a_catalog_that_is_a_link_out_of_the_tree_is_not_read(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "hosts.yml").write_text("oauth_token: gho_secret\n")
    shutil.rmtree(repository / "schedules")
    (repository / "schedules").symlink_to(tmp_path / "private")

    checked, compared = schedules(repository, "check"), schedules(repository, "diff", "main")

    assert "a symbolic link leads out of the work tree" in checked.stdout
    assert "is outside of the git repository" in compared.stderr
    assert (checked.returncode, compared.returncode) == (1, 2)
    assert "oauth_token" not in checked.stdout + checked.stderr + compared.stdout + compared.stderr


@pytest.mark.parametrize("target", ["/proc/self/environ", "../private", "/dev/zero"])
def test_settings_that_are_a_link_to_something_private_or_endless_are_not_read(repository: Path, target: str) -> None:
    (repository.parent / "private").write_text("oauth_token = gho_secret\n")
    (repository / "Pulumi.prod.yaml").symlink_to(target)

    for arguments in (("check",), ("diff", "main"), ("check", "--settings", "Pulumi.prod.yaml")):
        done = schedules(repository, *arguments, TOKEN="gho_secret")

        assert done.returncode == 2
        assert "this is a symbolic link: only regular files are read" in done.stderr
        assert "gho_secret" not in done.stdout + done.stderr


def test_a_tag_that_is_called_like_the_base_hides_no_change(repository: Path) -> None:
    git(repository, "tag", "main", "change")

    done = schedules(repository, "diff", "main")

    assert done.returncode == 2
    assert '"main" is the name of several refs: write refs/heads/… or refs/remotes/…' in done.stderr
    differs(repository, "refs/heads/main")


def test_a_replaced_object_hides_no_change(repository: Path) -> None:
    git(repository, "replace", "main", "change")

    differs(repository)


def test_a_file_whose_suffix_is_in_capitals_is_seen_on_both_sides(repository: Path) -> None:
    (repository / "schedules" / "a.yaml").write_text(BEFORE)
    (repository / "schedules" / "B.YAML").write_text(f"owner: a\nschedules:\n{ADDED}")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "three")

    differs(repository, "main", "HEAD")


@pytest.mark.parametrize("attribute", ["working-tree-encoding=UTF-7", "ident", "filter=lfs"])
def test_an_attribute_that_has_git_store_another_text_hides_no_change(repository: Path, attribute: str) -> None:
    """What main stores is what the change checks out, so they look alike; what main checks out is something else."""
    git(repository, "checkout", "-q", "main")
    (repository / ".gitattributes").write_text(f"schedules/*.yaml {attribute}\n")
    for branch, path in (("main", "a+-b"), ("change", "a+b")):
        git(repository, "checkout", "-q", "-B", branch)
        text = (
            f"owner: a\nschedules:\n  a:\n    rate: 1 hour\n    request:\n      url: https://api.example.com/{path}\n"
        )
        blob = git(repository, "hash-object", "-w", "--stdin", "--no-filters", given=text)
        git(repository, "add", ".gitattributes")
        git(repository, "update-index", "--cacheinfo", f"100644,{blob},schedules/a.yaml")
        git(repository, "commit", "-q", "-m", branch)
        (repository / "schedules" / "a.yaml").unlink()
        git(repository, "checkout", "-q", "--", ".")

    for arguments in (("diff", "main"), ("diff", "main", "change"), ("check", "--base", "main")):
        done = schedules(repository, *arguments)

        assert done.returncode == 2
        assert f'"schedules/a.yaml" has the git attribute "{attribute.partition("=")[0]}"' in done.stderr


def test_attributes_that_change_line_ends_or_how_a_file_is_shown_hinder_nothing(repository: Path) -> None:
    (repository / ".gitattributes").write_text("*.yaml text=auto eol=lf -diff linguist-generated -ident\n")

    differs(repository)


def test_a_program_called_git_in_the_present_folder_is_not_run(repository: Path, payload: Path) -> None:
    shutil.copy(payload, repository / "git")

    differs(repository, "main", PATH=f".{os.pathsep}{os.pathsep}{os.environ['PATH']}")

    assert not executed(payload)


def test_a_tree_that_names_itself_over_and_over_is_given_up(repository: Path) -> None:
    blob = git(repository, "hash-object", "-w", "--stdin", given=BEFORE)
    tree = git(repository, "mktree", given="".join(f"100644 blob {blob}\t{n}.yaml\n" for n in range(64)))
    for _ in range(5):
        tree = git(repository, "mktree", given="".join(f"040000 tree {tree}\t{n}\n" for n in range(64)))
    top = git(repository, "mktree", given=f"040000 tree {tree}\tschedules\n")
    bomb = git(repository, "commit-tree", top, "-m", "bomb")

    done = schedules(repository, "diff", "main", bomb)

    assert done.returncode == 2
    assert "git returned more than 32 MiB: name a folder with fewer files" in done.stderr


def test_one_large_file_under_many_names_is_read_once(repository: Path) -> None:
    blob = git(repository, "hash-object", "-w", "--stdin", given=BEFORE + "#" * 900_000)
    names = "".join(f"100644 blob {blob}\t{n}.yaml\n" for n in range(2_000))
    top = git(repository, "mktree", given=f"040000 tree {git(repository, 'mktree', given=names)}\tschedules\n")
    commit = git(repository, "commit-tree", top, "-m", "many")
    opened = Repository.of(repository)

    sizes = opened.sizes(list({each.identity for each in opened.files(commit, ["schedules"])}))

    assert list(sizes) == [blob]
    assert len(opened.contents({blob: sizes[blob]})[blob]) == sizes[blob]


def test_a_linked_worktree_has_a_file_where_others_have_the_repository(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"), "main")
    (tmp_path / "linked" / "schedules" / "a.yaml").write_text(AFTER)

    assert "\n1 added" in differs(tmp_path / "linked")


def test_what_lies_below_no_repository_says_so(tmp_path: Path) -> None:
    embed(tmp_path / "schedules", "")

    with pytest.raises(RevisionError, match="is not in a git repository"):
        list(documents_at("HEAD", [tmp_path / "schedules"]))


def test_git_inherits_a_home_and_a_path_and_nothing_of_its_own() -> None:
    inherited = {"HOME": "/home/a", "PATH": "bin:/usr/bin::.", "GIT_SSH": "x", "LD_PRELOAD": "y", "EDITOR": "z"}

    environment = git_environment(inherited)

    assert environment["HOME"] == "/home/a"
    assert environment["PATH"] == "/usr/bin"
    assert not environment.keys() & {"GIT_SSH", "LD_PRELOAD", "EDITOR"}
