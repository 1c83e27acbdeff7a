"""Jobs of AWS and of Kubernetes become entries that are proved, or are refused; what the verb writes, and where."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.cli.main import main
from schedule_catalog.document import parse_document
from schedule_catalog.importing import (
    Content,
    Converted,
    ImportContext,
    NotConvertibleError,
    Refused,
    Targets,
    conversions,
    imported,
    jobs_of,
)
from schedule_catalog.importing.aws_schedules import AWS
from schedule_catalog.importing.kubernetes import CRONJOB
from tests.schedule_catalog.cli.documents import document
from tests.schedule_catalog.importing.golden import NOW
from tests.schedule_catalog.importing.notes import notes

if TYPE_CHECKING:
    from schedule_catalog.importing.job import Job
    from schedule_catalog.importing.source import SourceKind

KEYS = (
    "Target", "Input", "Name", "State", "StartDate", "EndDate", "FlexibleTimeWindow", "Mode", "Description",
    "ScheduleExpressionTimezone", "metadata", "name", "labels", "spec", "schedule", "jobTemplate", "template",
    "containers", "command", "args", "image", "suspend", "startingDeadlineSeconds", "timeZone", "items", "backoffLimit",
)  # fmt: skip
INPUT = {"target_url": "https://a.example.com/x", "method": "PUT", "headers": {"X-Api-Key": "k3y-9f8"}, "body": [1]}
MANIFEST = """\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap}
- apiVersion: batch/v1
  kind: CronJob
  metadata: {name: nightly.sync, labels: {app: crm}}
  spec:
    schedule: "30 2 * * *"
    timeZone: Europe/Berlin
    concurrencyPolicy: Forbid
    suspend: true
    startingDeadlineSeconds: 90
    jobTemplate:
      spec:
        backoffLimit: 2
        template:
          spec:
            containers:
            - image: curlimages/curl:8
              args: [-sS, -X, PUT, "https://a.example.com/sync"]
---
kind: CronJob
metadata: {name: "odd\\n evil: x"}
spec:
  schedule: "@hourly"
  jobTemplate: {spec: {template: {spec: {containers: [{image: a, command: [sh, -c, "curl https://a.example.com/$X"]}]}}}}
"""


def aws(**answer: Any) -> Converted | Refused:
    whole = {"Name": "Do_It", "ScheduleExpression": "rate(5 minutes)", "Target": {"Input": json.dumps(INPUT)}, **answer}
    [found] = conversions(AWS.jobs(Content(json.dumps(whole)), ImportContext(Targets(), NOW)), "a", NOW)
    return found


@pytest.mark.parametrize(
    ("rate", "start", "kept"),
    [
        ("2 hours", "2020-01-05T09:00Z", True),
        ("7 hours", "2020-01-05T09:00Z", False),
        ("7 hours", "2027-03-05T09:00Z", True),
    ],
)
def test_the_start_of_a_rate_is_taken_over_where_it_still_counts(rate: str, start: str, kept: bool) -> None:
    found = aws(ScheduleExpression=f"rate({rate})", StartDate=start)

    assert isinstance(found, Converted), found
    assert ("start" in found.values) == kept
    assert ("changed: no cron keeps this interval after its start: this one restarts" in notes(found)) != kept


def test_a_job_whose_times_differ_is_not_proved() -> None:
    _, [job] = jobs_of(Content("0 9 * * * curl https://a.b/c"), ImportContext(Targets(), NOW))
    assert not isinstance(job, Refused)
    wrong = replace(job, timings=({"cron": "1 9 * * ? *"},))
    doubled = replace(job, timings=(*job.timings, *job.timings))

    assert "could not be proved: 2026-11-24 09:00 there, 2026-11-24 09:01 here" in str(
        list(conversions([wrong], "a", NOW))
    )
    assert "could not be proved" in str(list(conversions([doubled], "a", NOW)))


def test_cronjobs_become_entries() -> None:
    found, refused = imported(Content(MANIFEST), ImportContext(Targets(), NOW)).results

    assert isinstance(found, Converted)
    assert found.name == "nightly-sync"
    assert found.values == {
        "cron": "30 2 * * ? *",
        "timezone": "Europe/Berlin",
        "request": {"method": "PUT", "url": "https://a.example.com/sync"},
        "enabled": False,
        "overlap": "skip",
        "retry": {"max_attempts": 3},
        "labels": {"app": "crm"},
    }
    assert isinstance(refused, Refused)
    assert "needs X" in refused.reason


def test_a_schedule_of_aws_becomes_an_entry() -> None:
    found = aws(
        ScheduleExpression="cron(0 9 ? * MON *)", ScheduleExpressionTimezone="Asia/Seoul", State="DISABLED",
        StartDate="2027-01-01T00:00:00+00:00", EndDate=1801440000.0, Description="Weekly",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
    )  # fmt: skip

    assert isinstance(found, Converted), found
    assert (found.name, found.values) == (
        "do-it",
        {
            "cron": "0 9 ? * MON *",
            "request": {
                "method": "PUT",
                "url": "https://a.example.com/x",
                "auth": {"type": "header", "name": "X-Api-Key", "secret": "a-token"},
                "body": [1],
            },
            "flexible_window_minutes": 5,
            "enabled": False,
            "description": "Weekly",
            "start": "2027-01-01T09:00",
            "end": "2027-02-01T09:01",
            "timezone": "Asia/Seoul",
        },
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"ScheduleExpression": "cron(0 9 * * * *)"}, "exactly one of the two"),
        ({"ScheduleExpression": "at(2026-01-01T00:00:00)"}, "it is finished"),
        ({"EndDate": "2026-01-01T00:00:00Z"}, "it has ended"),
        ({"Target": {"Arn": "arn:aws:sqs:eu-west-1:1:q", "Input": "hello"}}, "its target (sqs)"),
        ({"StartDate": "2027-01-01T00:00:30Z"}, "has seconds"),
        (
            {"Target": {"Input": json.dumps({**INPUT, "v": 1, "auth": {"type": "bearer", "secret": "t"}})}},
            "two credentials",
        ),
        ({"ScheduleExpressionTimezone": "Mars/Base"}, "Mars/Base"),
    ],
)
def test_a_schedule_of_aws_that_has_no_equal_is_refused(answer: dict[str, Any], expected: str) -> None:
    found = aws(**answer)

    assert isinstance(found, Refused)
    assert expected in found.reason


def test_a_list_of_schedules_says_what_to_ask_aws_for() -> None:
    [found] = imported(
        Content('{"Schedules": [{"Name": "x", "GroupName": "g"}]}'), ImportContext(Targets(), NOW)
    ).results

    assert isinstance(found, Refused)
    assert "aws scheduler get-schedule --name x --group-name g" in found.reason


def test_import_writes_a_file_and_adds_to_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tab").write_text("0 9 * * * curl https://a.example.com/x\n@reboot curl https://a.example.com/y\n")
    old = Path.cwd()
    os.chdir(tmp_path)
    try:
        arguments = ("import", "crontab", "tab", "--owner", "ops", "--into", "schedules/ops.yaml")
        assert [main(arguments, lambda: NOW), main(arguments, lambda: NOW)] == [1, 1]
        text = (tmp_path / "schedules/ops.yaml").read_bytes()
        assert main(("fmt", "--check"), lambda: NOW) == 0
    finally:
        os.chdir(old)

    assert list(parse_document(text, "").value["schedules"]) == ["x", "x-2"]
    assert "1 entry, times verified by the next 100 fires; calls: 1 taken over; 1 refused" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("declared", "printed"), [("platform", True), ("ops", False), (None, False)], ids=["others", "this", "none"]
)
def test_an_owner_is_printed_where_a_stack_declares_only_others(
    declared: str | None, printed: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tab").write_text("0 9 * * * curl https://a.example.com/x\n")
    owners = f"  schedule-catalog:owners: {{{declared}: {{contact: '#x'}}}}\n" if declared else ""
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  aws:region: eu-west-1\n{owners}")

    where = ("--catalog", str(tmp_path / "schedules"))
    assert main(("import", str(tmp_path / "tab"), "--owner", "ops", *where), lambda: NOW) == 0

    wanted = '  schedule-catalog:owners:\n    ops: {contact: "#ops"}\n'
    assert (wanted in capsys.readouterr().err) == printed


def test_json_says_of_a_rule_without_times_that_it_is_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arn = "arn:aws:events:eu-west-1:111122223333:rule/orders"
    rules = [{"Name": "orders", "Arn": arn, "EventPattern": "{}", "State": "ENABLED", "EventBusName": "default"}]
    (tmp_path / "rules.json").write_text(json.dumps({"Rules": rules}))

    assert main(("import", str(tmp_path / "rules.json"), "--format", "json"), lambda: NOW) == 0

    (job,) = document(capsys.readouterr().out)["jobs"]
    assert (job["origin"], job["outcome"]) == ("rule orders", "skipped")


def test_entries_of_several_owners_go_into_a_folder_or_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [
        {
            "Name": f"call-{owner}",
            "ScheduleExpression": "cron(0 9 * * ? *)",
            "Target": {"Input": json.dumps({"v": 1, "target_url": "https://a.example.com/x", "owner": owner})},
        }
        for owner in ("billing", "growth")
    ]
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    where = (str(tmp_path / "answers.json"), "--catalog", str(tmp_path / "none"))

    assert main(("import", *where), lambda: NOW) == 0
    printed = capsys.readouterr().out
    assert main(("import", *where, "--into", str(tmp_path / "one.yaml")), lambda: NOW) == 2
    assert "2 owners" in capsys.readouterr().err
    assert main(("import", *where, "--into", str(tmp_path / "folder")), lambda: NOW) == 0
    assert main(("import", *where, "--owner", "ops", "--into", str(tmp_path / "one.yaml")), lambda: NOW) == 0

    assert printed.startswith("--- # billing.yaml\nowner: billing\n")
    assert "\n--- # growth.yaml\nowner: growth\n" in printed
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["billing.yaml", "growth.yaml"]
    assert (tmp_path / "one.yaml").read_text().startswith("owner: ops\n")


def test_a_kind_that_does_not_exist_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("import", "cronjb", "none.yaml"), lambda: NOW) == 2
    assert 'did you mean "cronjob"?' in capsys.readouterr().err


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["0 9 * * *", "curl https://a.b/c"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), junk))
def test_any_answer_of_aws_and_any_manifest_is_converted_or_refused(value: dict[str, Any]) -> None:
    answer = json.dumps({"ScheduleExpression": "rate(1 hour)", **value})
    manifest = json.dumps({"kind": "CronJob", **value})

    for text, source in ((answer, AWS), (manifest, CRONJOB)):
        reading = ImportContext(Targets(fallback="https://a.b/{name}"), NOW)
        assert all(
            isinstance(each, Converted | Refused) for each in conversions(_read(source, text, reading), "a", NOW)
        )


def _read(source: SourceKind, text: str, reading: ImportContext) -> list[Job | Refused]:
    try:
        return list(source.jobs(Content(text), reading))
    except NotConvertibleError:
        return []
