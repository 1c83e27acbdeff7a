from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from schedule_catalog.document import find_files, place_in, read_document
from schedule_catalog.document.text import BYTES_MAX


def write(path: Path, text: str = "owner: billing\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def only_message(path: Path) -> str:
    (problem,) = read_document(path, "a.yaml").problems
    return str(problem)


def test_folders_are_searched_to_the_bottom_for_yaml_alone(tmp_path: Path) -> None:
    wanted = [tmp_path / "b.yml", tmp_path / "a/deep/c.yaml", tmp_path / "D.YAML"]
    for path in [*wanted, tmp_path / "notes.md", tmp_path / ".hidden.yaml", tmp_path / ".git/x.yaml"]:
        write(path)
    found = find_files([tmp_path])
    assert sorted(wanted) == [file.path for file in found.files]
    assert not found.problems


def test_a_file_given_by_name_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    path = write(tmp_path / ".billing.txt")
    assert [file.path for file in find_files([path]).files] == [path]


def test_a_file_found_on_two_ways_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml")
    assert len(find_files([tmp_path, path, tmp_path / "." / "a.yaml"]).files) == 1


def test_a_path_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    (problem,) = find_files([tmp_path / "gone"]).problems
    assert str(problem) == f"{tmp_path}/gone:1:1: error: cannot be read: no such file or directory [file]"


def test_links_pipes_and_sockets_in_a_folder_are_problems_and_never_opened(tmp_path: Path) -> None:
    write(tmp_path / "outside/x.yaml")
    folder = tmp_path / "schedules"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "outside/x.yaml")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "notes").symlink_to(tmp_path / "outside/x.yaml")
    os.mkfifo(folder / "pipe.yaml")
    os.mknod(folder / "socket.yml", stat.S_IFSOCK | 0o600)
    found = find_files([folder])
    assert not found.files
    assert [problem.message for problem in found.problems] == [
        "this is a symbolic link: only regular files are read",
        "this is a symbolic link: only regular files are read",
        "this is a named pipe: only regular files are read",
        "this is a socket: only regular files are read",
    ]


def test_a_folder_given_by_a_link_is_searched(tmp_path: Path) -> None:
    write(tmp_path / "real/a.yaml")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert len(find_files([tmp_path / "link"]).files) == 1


def test_what_is_no_file_is_refused_at_once_when_given_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(write(tmp_path / "a.yaml"))
    refused = {name: only_message(path) for name, path in (
        ("pipe", tmp_path / "pipe"), ("link", tmp_path / "link"), ("folder", tmp_path), ("device", Path("/dev/zero")),
    )}  # fmt: skip
    assert refused == {
        "pipe": "a.yaml:1:1: error: this is a named pipe: only regular files are read [file]",
        "link": "a.yaml:1:1: error: this is a symbolic link: only regular files are read [file]",
        "folder": "a.yaml:1:1: error: this is a folder: only regular files are read [file]",
        "device": "a.yaml:1:1: error: this is a device: only regular files are read [file]",
    }


def test_a_file_that_cannot_be_read_to_its_end_is_a_problem(tmp_path: Path) -> None:
    sealed = write(tmp_path / "sealed.yaml")
    sealed.chmod(0)
    path = Path("/proc/self/mem") if os.geteuid() == 0 else sealed  # for root nothing is sealed
    assert only_message(path).startswith("a.yaml:1:1: error: cannot be read: ")


def test_a_large_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # sparse: reading it would not end
    assert only_message(path) == "a.yaml:1:1: error: the file is larger than 1,048,576 bytes: split it [too-large]"


def test_a_file_without_a_size_is_read_to_its_end() -> None:
    document = read_document(Path("/proc/self/status"), "status")
    assert len(document.data) > 100


def test_a_file_at_the_limit_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml", "#" * BYTES_MAX)
    assert read_document(path, "a.yaml").readable


@pytest.mark.parametrize("name", ["a\nb.yaml", "a\x1b[2J.yaml", os.fsdecode(b"caf\xe9.yaml")])
def test_a_hostile_file_name_is_shown_escaped(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    (file,) = find_files([tmp_path]).files
    assert file.path.name == name
    assert file.shown_as.isprintable()
    assert file.shown_as.isascii() or file.shown_as == str(file.path)


@pytest.mark.parametrize(
    "name",
    [
        "a.yaml",
        "B.YML",
        "deep/er/a.yaml",
        "q.txt",
        ".a.yaml",
        ".deep/a.yaml",
        "../a.yaml",
        "link/a.yaml",
        "deep/../a.yaml",
    ],
)
def test_the_place_of_a_file_is_where_it_is_found_once_it_exists(tmp_path: Path, name: str) -> None:
    catalog, outside = tmp_path / "schedules", tmp_path / "outside"
    for folder in (catalog / "deep", outside):
        folder.mkdir(parents=True)
    (catalog / "link").symlink_to(outside)
    place = place_in(catalog, catalog / name)
    write(catalog / name)

    assert [file.path for file in find_files([catalog]).files] == ([] if place is None else [place])


def test_the_only_place_in_a_catalog_of_one_file_is_that_file(tmp_path: Path) -> None:
    missing, present = tmp_path / "missing.yaml", write(tmp_path / "present.txt")
    for catalog in (missing, present):
        assert place_in(catalog, tmp_path / "." / catalog.name) == catalog
        assert place_in(catalog, tmp_path / "other.yaml") is None
