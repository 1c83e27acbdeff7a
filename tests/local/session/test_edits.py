from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from local.engine.deployment import Deployment, ResourceChange
from local.release import SCHEDULE, Release, Sources, read_release
from local.session.edits import Edit, edits_of

ROOT = Path(__file__).parents[3]
BEAT = """owner: platform
schedules:
  beat:
    {timing}
    request: {{service: ops, path: /beat}}
"""


def release(folder: Path, timing: str, *changes: ResourceChange) -> Release:
    (folder / "beat.yaml").write_text(BEAT.format(timing=timing))
    return replace(read_release(Sources(ROOT, "dev", folder)), deployment=Deployment(changes))


def change(name: str, operation: str, type_: str = SCHEDULE) -> ResourceChange:
    return ResourceChange(f"urn:{name}", type_, name, operation)  # pyright: ignore[reportArgumentType]


def test_a_new_schedule_is_told_with_its_timing(tmp_path: Path) -> None:
    before = Release()
    after = release(tmp_path, 'cron: "0 9 * * ? *"\n    timezone: Asia/Seoul', change("beat", "create"))

    assert edits_of(before, after) == (Edit("beat", "added", "cron(0 9 * * ? *) Asia/Seoul"),)


def test_a_changed_schedule_is_told_with_what_changed(tmp_path: Path) -> None:
    before = release(tmp_path, "rate: 2 hours")
    after = release(tmp_path, "rate: 3 hours\n    enabled: false", change("beat", "update"))

    assert edits_of(before, after) == (Edit("beat", "changed", "rate 2 hours -> 3 hours, enabled true -> false"),)


def test_a_removed_schedule_is_told_and_other_resources_are_counted(tmp_path: Path) -> None:
    before = release(tmp_path, "rate: 2 hours")
    after = replace(
        before,
        catalog=None,
        deployment=Deployment((change("beat", "delete"), change("proxy", "update", "aws:lambda/function:Function"))),
    )

    assert edits_of(before, after) == (Edit("beat", "removed"), Edit("1 other resource", "changed"))


def test_an_edit_without_consequences_is_told_too(tmp_path: Path) -> None:
    before = release(tmp_path, "rate: 2 hours")
    (edit,) = edits_of(before, release(tmp_path, "rate: 2 hours  # a comment"))

    assert edit.word == "unchanged"


def test_settings_that_are_not_there_or_wrong_are_one_error(tmp_path: Path) -> None:
    assert "Pulumi.dev.yaml" in (read_release(Sources(tmp_path, "dev", tmp_path)).error or "")
    (tmp_path / "Pulumi.yaml").write_text("name: jobs\n")
    assert "Pulumi.dev.yaml" in (read_release(Sources(tmp_path, "dev", tmp_path)).error or "")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  schedule-catalog:servces: {}\n")
    found = read_release(Sources(tmp_path, "dev", tmp_path))

    assert not found.succeeded
    assert '"servces"' in (found.error or "")


def test_a_warning_is_a_doubt_wherever_it_stands_in_its_file(tmp_path: Path) -> None:
    past = release(tmp_path, "at: 2020-01-01T10:00")
    (tmp_path / "beat.yaml").write_text("# moved down\n" + (tmp_path / "beat.yaml").read_text())
    moved = read_release(Sources(ROOT, "dev", tmp_path))

    assert past.doubts == moved.doubts
    assert past.doubts
    assert not release(tmp_path, "rate: 2 hours").doubts


def test_a_release_that_failed_tells_only_that_the_callback_service_was_restarted(tmp_path: Path) -> None:
    before = release(tmp_path, "rate: 2 hours")
    failed = replace(release(tmp_path, "rate: 3 hours", change("beat", "update")), error="it was refused")

    assert edits_of(before, failed) == ()
    (edit,) = edits_of(before, replace(failed, replaced=True))
    assert (edit.name, edit.word) == ("the callback service", "restarted")
