"""The catalog as it was at a revision."""

from __future__ import annotations

import subprocess
import zlib
from pathlib import Path

import pytest

from schedule_catalog.errors import RevisionError
from schedule_catalog.revision import contents_at, documents_at


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "schedules" / ".hidden").mkdir(parents=True)
    (folder / "schedules" / "a.yaml").write_text("owner: a\n")
    (folder / "schedules" / "b ü\n.yml").write_text("owner: b\n")
    (folder / "schedules" / "notes.txt").write_text("no\n")
    (folder / "schedules" / ".hidden" / "c.yaml").write_text("owner: c\n")
    (folder / "schedules" / "link.yaml").symlink_to("a.yaml")
    (folder / "other.yaml").write_text("owner: other\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
    (folder / "schedules" / "a.yaml").write_text("owner: changed\n")
    return folder


def owners(revision: str, *paths: Path) -> list[str]:
    return [document.value["owner"] for document in documents_at(revision, paths) if document.readable]


def refused(revision: str, *paths: Path) -> list[tuple[str, str]]:
    documents = [document for document in documents_at(revision, paths) if not document.readable]
    return [(document.path, document.problems[0].message) for document in documents]


def test_files_of_the_catalog_are_read_as_they_were_and_nothing_else(repository: Path) -> None:
    assert owners("HEAD", repository / "schedules") == ["a", "b"]


def test_a_file_may_be_named_and_the_whole_repository_too(repository: Path) -> None:
    assert owners("HEAD", repository / "schedules" / "a.yaml") == ["a"]
    assert owners("HEAD", repository) == ["other", "a", "b"]


def test_a_path_that_was_not_there_yet_has_no_documents(repository: Path) -> None:
    (repository / "new").mkdir()

    assert owners("HEAD", repository / "new", repository / "schedules" / "later.yaml") == []


def test_a_document_names_its_revision(repository: Path) -> None:
    (document, *_) = documents_at("HEAD", [repository / "schedules"])

    assert document.path == "HEAD:schedules/a.yaml"


def files(repository: Path, *held: bytes) -> list[tuple[str, str]]:
    return [(name, str(content)) for name, content in contents_at("HEAD", [repository / "schedules"], held)]


def test_what_the_other_side_holds_is_not_read_again(repository: Path) -> None:
    whole = files(repository)
    identity = subprocess.check_output(["git", "rev-parse", "HEAD:schedules/a.yaml"], cwd=repository, text=True).strip()
    (repository / ".git" / "objects" / identity[:2] / identity[2:]).unlink()

    with pytest.raises(RevisionError):
        files(repository, b"owner: changed\n")
    assert files(repository, b"owner: a\n", b"else") == whole


def test_contents_are_known_by_either_kind_of_identity(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("owner: a\n")
    git(tmp_path, "init", "-q", "--object-format=sha256")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    for each in (tmp_path / ".git" / "objects").rglob("*"):
        if each.is_file() and zlib.decompress(each.read_bytes()).startswith(b"blob "):
            each.unlink()

    assert list(contents_at("HEAD", [tmp_path], [b"owner: a\n"])) == [("a.yaml", b"owner: a\n")]


@pytest.mark.parametrize("revision", ["nonsense", "--help", "HEAD~7", ""])
def test_a_revision_that_is_none_is_named(repository: Path, revision: str) -> None:
    with pytest.raises(RevisionError) as raised:
        owners(revision, repository / "schedules")

    assert raised.value.revision == revision
    assert f'unknown revision "{revision}"' in str(raised.value)


def test_outside_of_a_repository_there_are_no_revisions(tmp_path: Path, repository: Path) -> None:
    with pytest.raises(RevisionError, match="is not in a git repository"):
        owners("HEAD", tmp_path)
    with pytest.raises(RevisionError, match="is outside of the git repository"):
        owners("HEAD", repository, tmp_path)


def test_a_symbolic_link_at_a_revision_is_a_problem(repository: Path) -> None:
    assert refused("HEAD", repository / "schedules") == [
        ("HEAD:schedules/link.yaml", "is a symbolic link: replace it by the file itself")
    ]


def test_a_file_over_the_limit_at_a_revision_is_a_problem(repository: Path) -> None:
    (repository / "schedules" / "big.yaml").write_bytes(b"#" * (1 << 20) + b"\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "two")

    assert [each for each in refused("HEAD", repository / "schedules") if "big" in each[0]] == [
        ("HEAD:schedules/big.yaml", "the file is larger than 1,048,576 bytes: split it")
    ]


def test_a_submodule_at_a_revision_is_a_problem_in_its_parent_and_a_catalog_of_its_own(
    repository: Path, tmp_path: Path
) -> None:
    parent = tmp_path / "parent"
    (parent / "schedules").mkdir(parents=True)
    git(parent, "init", "-q")
    git(parent, "-c", "protocol.file.allow=always", "submodule", "add", str(repository), "schedules/team")
    git(parent, "commit", "-q", "-m", "one")

    assert [path for path, _ in refused("HEAD", parent / "schedules")] == ["HEAD:schedules/team"]
    assert owners("HEAD", parent / "schedules" / "team" / "schedules") == ["a", "b"]


def test_a_revision_that_a_shallow_clone_does_not_hold_names_the_fetch(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-q", "-a", "-m", "two")
    git(tmp_path, "clone", "-q", "--depth=1", repository.as_uri(), "shallow")
    clone = tmp_path / "shallow"

    assert owners("HEAD", clone / "schedules" / "a.yaml") == ["changed"]
    with pytest.raises(RevisionError, match="git fetch --depth=50 origin"):
        owners("HEAD~1", clone / "schedules")
