from __future__ import annotations

from pathlib import Path

import pytest

from local.watch import Watch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules" / "team").mkdir(parents=True)
    (tmp_path / "schedules" / "a.yaml").write_text("a")
    (tmp_path / "Pulumi.dev.yaml").write_text("config")
    return tmp_path


@pytest.fixture
def watch(folder: Path) -> Watch:
    return Watch([folder / "schedules"], [folder / "Pulumi.dev.yaml"], sleep=lambda seconds: None)


def test_nothing_changed_at_first(watch: Watch) -> None:
    assert not watch.changed()


@pytest.mark.parametrize("name", ["b.yaml", "team/b.yml"])
def test_a_new_file_is_a_change_once(watch: Watch, folder: Path, name: str) -> None:
    (folder / "schedules" / name).write_text("b")

    assert watch.changed()
    assert not watch.changed()


def test_an_edited_a_replaced_and_a_removed_file_are_changes(watch: Watch, folder: Path) -> None:
    file = folder / "schedules" / "a.yaml"
    file.write_text("edited")
    assert watch.changed()
    (folder / "new").write_text("edited")
    (folder / "new").replace(file)
    assert watch.changed()
    file.unlink()
    assert watch.changed()


def test_the_settings_are_watched_and_other_files_are_not(watch: Watch, folder: Path) -> None:
    (folder / "schedules" / ".a.yaml.swp").write_text("x")
    (folder / "schedules" / ".#a.yaml").symlink_to("user@host:1")
    (folder / "schedules" / ".b.yaml").write_text("x")
    (folder / "schedules" / "README.md").write_text("x")
    assert not watch.changed()
    (folder / "Pulumi.dev.yaml").write_text("other config")

    assert watch.changed()


def test_a_file_that_is_still_being_written_is_waited_for(folder: Path) -> None:
    file = folder / "schedules" / "a.yaml"
    writes = ["half of", "half of it", None]

    def sleep(seconds: float) -> None:
        text = writes.pop(0) if writes else None
        if text:
            file.write_text(text)

    watch = Watch([folder / "schedules"], [], sleep)
    file.write_text("half")

    assert [watch.changed() for _ in range(4)] == [False, False, True, False]


def test_a_folder_that_disappears_is_a_change_and_no_error(watch: Watch, folder: Path) -> None:
    (folder / "schedules" / "a.yaml").unlink()
    (folder / "schedules" / "team").rmdir()
    (folder / "schedules").rmdir()

    assert watch.changed()


def test_the_files_of_a_company_s_own_code_are_watched_while_it_is_followed(watch: Watch, folder: Path) -> None:
    (code := folder / "handlers").mkdir()
    (code / "reminders.py").write_text("a")
    watch.follow(code)
    assert not watch.changed()

    (code / "reminders.py").write_text("ab")
    assert watch.changed()
    (code / "__pycache__").mkdir()
    (code / "__pycache__" / "reminders.pyc").write_text("a")
    (code / ".swap").write_text("a")
    assert not watch.changed()

    watch.follow(None)
    (code / "reminders.py").write_text("abc")
    assert not watch.changed()
