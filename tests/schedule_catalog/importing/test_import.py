"""Jobs of other systems become entries that are proved, or are refused with the reason; no secret is copied."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
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
from schedule_catalog.importing.crontab import CRONTAB
from schedule_catalog.importing.kubernetes import CRONJOB

if TYPE_CHECKING:
    from schedule_catalog.importing.job import Job
    from schedule_catalog.importing.source import SourceKind

KEYS = (
    "Target", "Input", "Name", "State", "StartDate", "EndDate", "FlexibleTimeWindow", "Mode", "Description",
    "ScheduleExpressionTimezone", "metadata", "name", "labels", "spec", "schedule", "jobTemplate", "template",
    "containers", "command", "args", "image", "suspend", "startingDeadlineSeconds", "timeZone", "items", "backoffLimit",
)  # fmt: skip
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
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


def crontab(text: str, **settings: Any) -> list[Converted | Refused]:
    targets = Targets(settings.pop("services", ()), settings.pop("fallback", None))
    jobs = CRONTAB.jobs(Content(text), ImportContext(targets, NOW, **settings))
    return list(conversions(jobs, "a", NOW, confidential=targets.confidential))


def one(text: str, **settings: Any) -> Converted:
    [found] = crontab(text, **settings)
    assert isinstance(found, Converted), found
    return found


def reason(text: str) -> str:
    [found] = crontab(text)
    assert isinstance(found, Refused), found
    return found.reason


def aws(**answer: Any) -> Converted | Refused:
    whole = {"Name": "Do_It", "ScheduleExpression": "rate(5 minutes)", "Target": {"Input": json.dumps(INPUT)}, **answer}
    [found] = conversions(AWS.jobs(Content(json.dumps(whole)), ImportContext(Targets(), NOW)), "a", NOW)
    return found


def notes(found: Converted) -> list[str]:
    return [str(note) for note in found.notes]


def test_a_curl_becomes_a_request() -> None:
    found = one(
        "# Close the books\n0 9 * * 1-5 curl -fsS -m 20 --retry 3 -X PUT -H 'Content-Type: application/json' "
        """-d '{"day": 1}' "https://b.example.com/v1/books/close?a=1&b=2" >/dev/null 2>&1\n""",
        services=[("books", "https://b.example.com/v1")],
    )

    assert (found.name, found.values) == (
        "books-close",
        {
            "cron": "0 9 ? * MON-FRI *",
            "description": "Close the books",
            "request": {
                "method": "PUT",
                "service": "books",
                "path": "/books/close?a=1&b=2",
                "headers": {"Content-Type": "application/json"},
                "body": {"day": 1},
            },
            "timeout_seconds": 20,
            "retry": {"max_attempts": 4},
        },
    )


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


@pytest.mark.parametrize(
    ("options", "auth"),
    [
        ("-H 'Authorization: Bearer s3cr3t-77'", {"type": "bearer", "secret": "a-token"}),
        ("-u me:s3cr3t-77", {"type": "basic", "secret": "a-token"}),
        ("-H 'X-Api-Key: s3cr3t-77'", {"type": "header", "name": "X-Api-Key", "secret": "a-token"}),
        ("-b 'session=s3cr3t-77'", {"type": "header", "name": "Cookie", "secret": "a-token"}),
    ],
)
def test_a_secret_is_named_and_never_copied(options: str, auth: dict[str, str]) -> None:
    found = one(f"* * * * * curl {options} https://a.example.com/x")

    assert found.values["request"]["auth"] == auth
    assert "s3cr3t" not in repr(found)
    assert 'as the secret "a-token"' in notes(found)[1]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cd /x && ./run", 'runs "run", which is not a call'),
        ("curl https://a.b/c | sh", 'reads the response ("sh")'),
        ("curl https://a.b/$(date)", "needs $(…)"),
        ('curl "https://a.b/$HOME"', "needs HOME"),
        ("curl https://a.b/c?x=1&y=2", 'an unquoted "&"'),
        ("curl 'https://a.b", "not closed"),
        ("/opt/run.sh", "specify that with --url"),
        ("curl https://a.b/c https://a.b/d", "2 URLs"),
        ("curl https://a.b/c; curl https://a.b/d", "2 calls"),
        ("curl https://a.b/c || mail -s broken ops", 'runs "mail"'),
        ("test -f /tmp/x && curl https://a.b/c", 'runs "test"'),
        ("if true; then curl https://a.b/c; fi", 'condition or a loop ("if")'),
        ("curl https://a.b/c <<END", "a here-document"),
        ("curl 'https://a.b/[1-9]'", "several URLs"),
        ("curl -k https://a.b/c", '"insecure" has no equivalent'),
        ("curl -F a=b https://a.b/c", '"form" has no equivalent'),
        ("curl --frob https://a.b/c", '"frob" has no equivalent'),
        ("curl -d @/etc/passwd https://a.b/c", "is in a file"),
        ("curl -n https://a.b/c", "reads options from a file"),
        ("curl -b jar https://a.b/c", "reads cookies from a file"),
        ("curl -H 'X-Api-Key: ab1cd2' -u a:b https://a.b/c", "two credentials"),
        ("curl 'https://a.b/c?token=s3cr3t77'", '"token" in its query'),
        ("curl https://a.b/c?X=s3cr3t77Ab9Cd8Ef7Gh6", "query contains a value that looks like a secret"),
        ("curl -d 'user=me&password=s3cr3t77' https://a.b/c", 'body contains a secret ("password")'),
        ('curl -H "X-Tenant: $TENANT" -H "Authorization: Bearer $TOKEN" https://a.b/c', "two credentials"),
        ("wget -r https://a.b/c", '"recursive" has no equivalent'),
        ("wget -O /srv/x.json https://a.b/c", "saves the response to a file"),
        ("curl http://localhost:8080/c", "--service NAME=http://localhost:8080"),
        ("curl http://api/c", "inside the cluster"),
        ("curl $URL", "whole address is in the variable URL"),
    ],
)
def test_what_is_no_plain_call_is_refused(command: str, expected: str) -> None:
    found = reason(f"0 9 * * * {command}")

    assert expected in found
    assert "s3cr3t" not in found


def test_a_login_in_an_address_is_basic_authentication() -> None:
    found = one("0 9 * * * curl https://me:s3cr3t77@a.b/c")

    assert found.values["request"]["url"] == "https://a.b/c"
    assert found.values["request"]["auth"] == {"type": "basic", "secret": "a-token"}
    assert "s3cr3t" not in repr(found)


def test_a_bare_percent_starts_the_standard_input() -> None:
    found = one(r"0 9 * * * curl --data-binary @- 'https://a.b/c?d=\%20'%a=1%b=2")

    assert found.values["request"]["url"] == "https://a.b/c?d=%20"
    assert found.values["request"]["body"] == "a=1\nb=2\n"


def test_a_system_crontab_names_a_user() -> None:
    assert one("0 9 * * * root /usr/bin/curl https://a.b/c").values["request"]["url"] == "https://a.b/c"
    assert one("0 9 * * * curl curl https://a.b/c", system=True).values["request"]["url"] == "https://a.b/c"


def test_cron_tz_moves_the_schedule_and_tz_does_not() -> None:
    assert one("CRON_TZ=Asia/Seoul\n0 9 * * * curl https://a.b/c").values["timezone"] == "Asia/Seoul"
    found = one("TZ=Asia/Seoul\n0 9 * * * curl https://a.b/c")

    assert "timezone" not in found.values
    assert "TZ does not affect cron's schedules" in notes(found)[1]


def test_what_cron_does_at_a_clock_change_is_noted_where_aws_does_something_else() -> None:
    fixed = notes(one("30 2 * * * curl https://a.b/c", timezone="Europe/Berlin"))
    every = notes(one("*/30 2 * * * curl https://a.b/c", timezone="Europe/Berlin"))

    gap, repeat = "2027-03-28 02:{} in Europe/Berlin does not exist", "2027-10-31 02:{} in Europe/Berlin occurs twice"
    assert fixed[1:] == [
        f"changed: {gap.format(30)}: skipped here; cron runs it right after the clock change",
        f"{repeat.format(30)}: called once here, at the first, as before",
    ]
    assert every[1:] == [
        f"{gap.format('00')}: skipped here, as before",
        f"changed: {repeat.format('00')}: called once here, at the first; cron runs it both times",
    ]


def test_either_day_becomes_entries_that_never_fire_together() -> None:
    names = [each.name for each in crontab("0 9 8-14 * 1 curl https://a.b/c") if isinstance(each, Converted)]

    assert names == ["c-1", "c-2", "c-3", "c-4", "c-5"]
    assert "OR the days of the week" in reason("0 9 1,15 * 1 curl https://a.b/c")


def test_a_job_whose_times_differ_is_not_proved() -> None:
    _, [job] = jobs_of(Content("0 9 * * * curl https://a.b/c"), ImportContext(Targets(), NOW))
    assert not isinstance(job, Refused)
    wrong = replace(job, timings=({"cron": "1 9 * * ? *"},))
    doubled = replace(job, timings=(*job.timings, *job.timings))

    assert "could not be proved: 2026-11-24 09:00 there, 2026-11-24 09:01 here" in str(
        list(conversions([wrong], "a", NOW))
    )
    assert "could not be proved" in str(list(conversions([doubled], "a", NOW)))


def test_a_fallback_stands_for_commands_that_are_no_call() -> None:
    found = one("0 9 * * * /opt/tidy.sh --all", fallback="https://jobs.example.com/run/{name}")

    assert found.values["request"] == {"url": "https://jobs.example.com/run/tidy"}


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


@given(st.text(st.sampled_from("curlwget -d'\"\\%$;&|>@{}()[] https://a.b/c09*"), max_size=40))
def test_any_line_of_a_crontab_is_converted_or_refused(command: str) -> None:
    assert all(isinstance(each, Converted | Refused) for each in crontab(f"0 9 * * * {command}"))
