"""Stacks that share a catalog: which settings fit together, and which files nobody deploys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.checking.rules.catalog import SHARD
from schedule_catalog.cli.main import main
from schedule_catalog.document import SourceFile
from schedule_catalog.settings import Settings, SettingsError, parse_settings, put_together

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
ENTRY = "{{owner: team, schedules: {{{name}: {{rate: 5 minutes, request: {{service: callback, path: /p}}}}}}}}\n"


def stack(name: str, *files: str, core: str | None = None) -> Settings:
    return parse_settings(name, {"shard": {"files": list(files), **({"core": core} if core else {})}})


def mistake(*settings: Settings) -> str:
    with pytest.raises(SettingsError) as caught:
        put_together(settings)
    return str(caught.value)


def test_a_shard_belongs_to_its_core_stack_and_is_none_of_its_own():
    found = put_together([stack("two", "b.yaml", core="prod"), stack("prod", "a.yaml"), parse_settings("dev", {})])

    assert set(found) == {"prod", "dev"}
    assert found["prod"].shards == {"prod": {"a.yaml"}, "two": {"b.yaml"}}
    assert not found["dev"].shards


def test_a_shard_of_a_stack_that_nobody_knows_is_refused_with_the_nearest():
    assert mistake(stack("two", core="prd"), stack("prod")) == (
        "shard.core: no Pulumi.prd.yaml is known: it belongs beside this file, next to the catalog's folder; "
        "run: pulumi config set --stack two --path schedule-catalog:shard.core prod"
    )


def test_a_shard_of_a_shard_is_refused():
    assert mistake(stack("prod"), stack("two", core="prod"), stack("three", core="two")) == (
        'shard.core: "two" is a shard itself; '
        "run: pulumi config set --stack three --path schedule-catalog:shard.core prod"
    )


def test_a_shard_of_itself_is_refused():
    assert mistake(stack("prod", core="prod")) == (
        "shard.core: a stack cannot be a shard of itself; "
        "run: pulumi config rm --stack prod --path schedule-catalog:shard.core"
    )


def test_a_core_stack_that_would_deploy_all_files_is_refused():
    assert mistake(parse_settings("prod", {}), stack("two", "b.yaml", core="prod")) == (
        'shard.files: "two" is a shard of this stack, which must list its own files too; '
        "run: pulumi config set --stack prod --path 'schedule-catalog:shard.files[0]' operations.yaml"
    )


@given(
    lists=st.dictionaries(
        st.sampled_from(["prod", "two", "three"]), st.frozensets(st.sampled_from("abcdef")), min_size=1
    ),
    present=st.frozensets(st.sampled_from("abcdef")),
)
def test_an_error_is_said_of_exactly_the_files_that_are_not_in_exactly_one_stack(
    lists: Mapping[str, frozenset[str]], present: frozenset[str]
):
    listed = {name: {f"{each}.yaml" for each in files} for name, files in lists.items()}
    parts = [stack(name, *files, core=None if name == "prod" else "prod") for name, files in listed.items()]
    (settings,) = put_together([stack("prod"), *parts] if "prod" not in listed else parts).values()
    files = [SourceFile(Path(f"jobs/{each}.yaml"), f"jobs/{each}.yaml") for each in sorted(present)]
    problems = list(SHARD.check(files, [Path("jobs")], [settings]))

    wrong = {each for each in present if sum(each in held for held in lists.values()) != 1}
    assert {Path(each.path).stem for each in problems if each.severity == "error"} == wrong


def write(folder: Path, **stacks: str) -> None:
    for name, text in stacks.items():
        (folder / f"Pulumi.{name}.yaml").write_text(f'config: {{"schedule-catalog:shard": {text}}}\n')


@pytest.fixture
def folder(tmp_path: Path):
    catalog = tmp_path / "schedules"
    (catalog / "crm").mkdir(parents=True)
    for name in ("billing", "crm/leads"):
        (catalog / f"{name}.yaml").write_text(ENTRY.format(name=Path(name).stem))
    write(tmp_path, prod="{files: [billing.yaml]}", two="{core: prod, files: [crm/leads.yaml]}")
    with chdir(tmp_path):
        yield tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    main(list(arguments), clock=lambda: NOW)
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_a_catalog_whose_files_are_each_in_one_stack_is_clean(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert said(capsys, "check") == "2 schedules in 2 files: no problems\n"
    assert said(capsys, "check", "schedules/billing.yaml") == "1 schedule in 1 file: no problems\n"
    given = ["schedules/crm/leads.yaml", "--settings", "Pulumi.prod.yaml", "Pulumi.two.yaml"]
    assert said(capsys, "check", *given) == "1 schedule in 1 file: no problems\n"


def test_the_path_of_the_catalog_does_not_matter(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "schedules" / "new.yaml").write_text(ENTRY.format(name="new"))
    unlisted = (
        'error: no stack deploys this file: add it to one of "prod", "two"; '
        "run: pulumi config set --stack prod --path 'schedule-catalog:shard.files[1]' new.yaml [shard]"
    )
    for path in (folder / "schedules", Path("schedules"), Path("./schedules"), Path("../") / folder.name / "schedules"):
        lines = said(capsys, "check", str(path)).splitlines()
        assert [line for line in lines if line.endswith("[shard]")] == [f"{path / 'new.yaml'}:1:1: {unlisted}"]


def test_a_renamed_file_is_told_with_the_name_that_it_has_now(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "schedules" / "crm" / "leads.yaml").rename(folder / "schedules" / "crm" / "lead.yaml")

    assert re.search(
        r'warning: "two" deploys "crm/leads.yaml", which does not exist: did you mean "crm/lead.yaml"\?',
        said(capsys, "check"),
    )


@pytest.mark.parametrize("command", ["check", "status", "cost", "next"])
def test_a_command_wants_the_core_stack_and_no_shard(folder: Path, command: str, capsys: pytest.CaptureFixture[str]):
    (folder / "Pulumi.yaml").write_text("name: jobs\n")

    assert '"two" is a shard of "prod": name that stack' in said(capsys, command, "--stack", "two")


def test_what_does_not_fit_together_is_told_with_the_stack(folder: Path, capsys: pytest.CaptureFixture[str]):
    write(folder, two="{core: prd}")

    assert said(capsys, "check").startswith('schedules check: invalid settings of the stack "two":\n  shard.core: ')


def test_the_entries_of_all_shards_are_the_core_stacks(folder: Path):
    settings = put_together([stack("prod", "billing.yaml"), stack("two", "crm/leads.yaml", core="prod")])
    catalog = check([Path("schedules")], settings=settings, calendars=UNREAD, stack="prod", now=NOW)

    assert not catalog.problems
    assert {entry.name for entry in catalog.for_stack("prod")} == {"billing", "leads"}


def test_a_name_stays_unique_over_all_shards(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "schedules" / "crm" / "leads.yaml").write_text(ENTRY.format(name="billing"))

    assert 'the name "billing" is taken' in said(capsys, "check")
