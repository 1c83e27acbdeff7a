"""A secret planted in any position of any source is in no YAML, name, output or advice."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedule_catalog.cli.main import main
from schedule_catalog.importing.secrecy import is_secret_name, looks_secret, masked
from tests.schedule_catalog.importing.golden import NOW

CRONTAB: str = """\
# m h dom mon dow command
PLAIN=https://a.example.com
TOKEN=abc123def456
# Close the books
0 9 * * 1-5 curl -fsS -m 20 -X POST -H "X-Team: billing" -H "Authorization: Bearer $TOKEN" "$PLAIN/close?mode=full"
0 8 * * * root wget -qO- --header="X-Source: cron" --post-data="a=b" --user=me --password=word https://b.example.com/x
0 8 * * * curl -A agent -e referer -d '{"day": "x"}' -H 'Content-Type: application/json' https://b.example.com/json
0 7 * * * cd /srv/shop && flock -n /tmp/lock timeout 30 /usr/bin/php artisan invoices:close --all
0 6 * * * bash -c 'set -e; curl https://c.example.com/y | tee -a /var/log/c.log || exit 1'
"""
CRONJOB = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": "nightly", "labels": {"app": "crm"}, "annotations": {"note": "text"}},
    "spec": {
        "schedule": "30 2 * * *",
        "timeZone": "Europe/Berlin",
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"spec": {"template": {"spec": {"containers": [{
            "image": "curlimages/curl:8",
            "env": [
                {"name": "BASE", "value": "https://a.example.com"},
                {"name": "TENANT", "value": "shop"},
                {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "search", "key": "token"}}},
            ],
            "args": [
                "-X", "PUT", "-H", "X-Tenant: $(TENANT)", "-H", "X-Token: $(TOKEN)", "$(BASE)/sync?mode=x", "-d", "a=b",
            ],
        }]}}}},
    },
}  # fmt: skip
HASURA = [{
    "name": "eod", "webhook": "{{BASE_URL}}/eod", "schedule": "0 22 * * 1-5", "comment": "End",
    "payload": {"kind": "daily", "list": ["x"]},
    "headers": [{"name": "X-Hook", "value_from_env": "HOOK"}, {"name": "X-Source", "value": "hasura"}],
}]  # fmt: skip
VERCEL = {"functions": {"api/x.ts": {"maxDuration": 30}}, "crons": [{"path": "/api/x", "schedule": "0 5 * * *"}]}
INPUT = {
    "target_url": "https://a.example.com/x", "method": "POST", "headers": {"X-Team": "a"}, "params": {"mode": "full"},
    "body": {"day": "today", "list": ["x"]},
}  # fmt: skip
SCHEDULE = {
    "Name": "poll", "GroupName": "default", "ScheduleExpression": "cron(30 8 ? * MON-FRI *)", "Description": "Poll",
    "ScheduleExpressionTimezone": "Asia/Kolkata", "State": "ENABLED", "FlexibleTimeWindow": {"Mode": "OFF"},
    "StartDate": "2027-01-01T00:00:00Z", "Target": {"Arn": "arn:aws:lambda:::function:f", "Input": INPUT},
}  # fmt: skip
RULE = {"Name": "nightly", "State": "ENABLED", "ScheduleExpression": "rate(1 hour)", "EventBusName": "default"}
TARGET = {"Id": "1", "Arn": "arn:aws:lambda:::function:f", "Input": INPUT}
TERRAFORM = {"format_version": "1.0", "terraform_version": "1", "values": {"root_module": {"resources": [
    {"address": "aws_scheduler_schedule.a", "type": "aws_scheduler_schedule", "name": "a", "values": {
        "name": "a", "schedule_expression": "rate(1 hour)", "schedule_expression_timezone": "UTC", "description": "A",
        "flexible_time_window": [{"mode": "OFF"}], "target": [{"arn": "a", "input": INPUT}]}},
    {"address": "google_cloud_scheduler_job.b", "type": "google_cloud_scheduler_job", "name": "b", "values": {
        "name": "b", "schedule": "0 1 * * *", "time_zone": "Etc/UTC", "description": "B", "http_target": [
            {"uri": "https://b.example.com/x", "http_method": "PUT", "headers": {"X-Team": "b"}}]}},
]}}}  # fmt: skip
TEMPLATE = {
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
    "Resources": {
        "Close": {"Type": "AWS::Scheduler::Schedule", "Properties": {
            "Name": {"Fn::Sub": "${Stage}-close"}, "ScheduleExpression": "rate(1 hour)", "Description": "Close",
            "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": {"Fn::GetAtt": ["F", "Arn"]}, "Input": INPUT}}},
        "F": {"Type": "AWS::Serverless::Function", "Properties": {"Events": {
            "E": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 hour)", "Input": INPUT}}}}},
    },
}  # fmt: skip
GOOGLE = [{
    "name": "projects/p/locations/l/jobs/sync", "schedule": "0 1 * * *", "timeZone": "Europe/Berlin",
    "state": "ENABLED", "description": "Sync", "attemptDeadline": "30s", "httpTarget": {
        "uri": "https://crm.example.com/sync", "httpMethod": "POST", "headers": {"Content-Type": "application/json"},
        "body": {"full": "yes"}, "oidcToken": {"serviceAccountEmail": "a@b", "audience": "c"}},
}]  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "cronjob": CRONJOB, "hasura": HASURA, "vercel": VERCEL, "aws": SCHEDULE, "terraform": TERRAFORM,
    "cloudformation": TEMPLATE, "google": GOOGLE,
    "rules": [{"Rules": [RULE]}, {"Rule": "nightly", "Targets": [TARGET]}],
}  # fmt: skip
SERVICE = ("--service", "web=https://w.example.com")
SECRETS = (
    "8f14e45fceea167a5a36dedd4bea2543",
    "Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MGFi",
    "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8",
    "9aKx2mQ7Lp4Rt8Vw3Zc6",
)
WAYS: tuple[Callable[[str, str], str], ...] = (
    lambda secret, _: secret,
    lambda secret, text: f"{text}/{secret}",
    lambda secret, text: f"{text}?mode={secret}",
    lambda secret, text: f"{text} {secret}",
)


def planted(value: Any, plant: Callable[[str], str]) -> Iterator[Any]:
    """Yield the document with the plant in one text or one key after another."""
    if isinstance(value, str):
        yield plant(value)
    elif isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        for key, inner in members.items():
            yield from ({**members, key: each} for each in planted(inner, plant))
            yield {(plant(key) if each == key else each): other for each, other in members.items()}
    elif isinstance(value, list):
        items = cast("list[Any]", value)
        for index, inner in enumerate(items):
            yield from ([*items[:index], each, *items[index + 1 :]] for each in planted(inner, plant))


def written(kind: str, value: Any) -> str:
    """The document as its system writes it: the input of a target as text, the body of Google's in base64."""
    if kind == "rules":
        return "\n".join(json.dumps(encoded(each)) for each in value)
    return json.dumps(encoded(value))


def encoded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: coded(key, each) for key, each in cast("dict[str, Any]", value).items()}
    return [encoded(each) for each in cast("list[Any]", value)] if isinstance(value, list) else value


def coded(key: str, value: Any) -> Any:
    if key in ("Input", "input") and isinstance(value, dict):
        return json.dumps(value)
    if key == "body" and value == {"full": "yes"}:
        return base64.b64encode(json.dumps(value).encode()).decode()
    return encoded(value)


def everything_said(folder: Path, text: str) -> str:
    """All that `import` prints or writes, with a way out and without."""
    (folder / "source").write_text(text)
    (folder / "into.yaml").unlink(missing_ok=True)
    source, catalog = str(folder / "source"), ("--catalog", str(folder / "none"))
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        main(("import", source, "--plan", "--url", "https://jobs.example.com/{name}", *catalog), lambda: NOW)
        main(("import", source, "--into", str(folder / "into.yaml"), *catalog, *SERVICE), lambda: NOW)
    into = folder / "into.yaml"
    return printed.getvalue() + (into.read_text() if into.exists() else "")


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("number", range(4))
def test_a_secret_in_any_text_or_key_of_a_document_is_not_said(kind: str, number: int, tmp_path: Path) -> None:
    secret = SECRETS[number]
    for document in planted(DOCUMENTS[kind], partial(WAYS[number], secret)):
        said = everything_said(tmp_path, written(kind, document))
        assert secret[:10] not in said, (document, said)


@pytest.mark.parametrize("number", range(4))
def test_a_secret_in_any_word_of_a_crontab_is_not_said(number: int, tmp_path: Path) -> None:
    secret = SECRETS[(number + 1) % 4]
    for place, word in enumerate(CRONTAB.split(" ")):
        words = [*CRONTAB.split(" ")]
        words[place] = WAYS[number](secret, word)
        said = everything_said(tmp_path, " ".join(words))
        assert secret[:10] not in said, (words[place - 3 : place + 3], said)


WORDS = st.sampled_from(["hunter22", "letmein_2025", "correct horse", "s3cr3t", "abcd1234", "opensesame"])
NAMED = (
    'curl -H "X-Functions-Key: {}" https://a.example.com/x',
    'curl -H "Authorization: Bearer {}" https://a.example.com/x',
    'curl -H "Cookie: session={}" https://a.example.com/x',
    'curl -u "me:{}" https://a.example.com/x',
    'curl "https://me:{}@a.example.com/x"',
    'curl "https://a.example.com/x?cron_key={}"',
    'curl "https://a.example.com/x?code={}&a=b"',
    "curl -d 'user=me&password={}' https://a.example.com/x",
    'curl --json \'{{"api_key": "{}"}}\' https://a.example.com/x',
    'wget --user=me --password="{}" -qO- https://a.example.com/x',
    'export TOKEN="{}"; curl -H "X-Token: $TOKEN" https://a.example.com/x',
    'TOKEN="{}"; curl "https://a.example.com/$TOKEN"',
    '/opt/backup.sh --password "{}"',
    'curl --pass "{}" https://a.example.com/x',
    'curl -x "http://me:{}@proxy.example.com" https://a.example.com/x',
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(NAMED), WORDS)
def test_a_word_that_only_its_name_makes_secret_is_not_said(tmp_path: Path, command: str, secret: str) -> None:
    line = command.format(secret.replace(" ", "%20") if "://" in command.partition("{}")[0] else secret)

    assert secret not in everything_said(tmp_path, f"0 9 * * * {line}\nPASSWORD={secret}\n0 1 * * * /opt/x.sh\n")


@given(st.text("0123456789abcdef", min_size=24, max_size=64).filter(lambda text: 8 < sum(map(str.isalpha, text)) < 20))
def test_hexadecimal_digits_are_a_secret_in_every_address(secret: str) -> None:
    assert looks_secret(f"/cron/{secret}/run")
    assert secret not in masked(f"it is in https://a.example.com/{secret}/x")


@pytest.mark.parametrize(
    "text",
    [
        "/api/v1/invoices/close", "/reports/2026-q1-report-v2-final-3.json", "/ProcessDailyInvoicesV2",
        "/jobs/20261123", "Make the drafts - on the 1st at 02:00", "curl/8.10.1 (x86_64-pc-linux-gnu)",
        "arn:aws:sqs:eu-west-1:123456789012:q",
        "text/html,application/xhtml+xml;q=0.9", "com.example.batch.NightlyInvoiceExport", "/wp-cron.php",
    ],
)  # fmt: skip
def test_what_people_write_is_not_taken_for_a_secret(text: str) -> None:
    assert not looks_secret(text)
    assert masked(text) == text


@pytest.mark.parametrize(
    "name", ["X-Functions-Key", "cron_key", "code", "sig", "X-Auth", "apiKey", "HOOK_SECRET_V2", "key"]
)
def test_a_name_that_says_so_is_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["mode", "X-Team", "zipcode", "Content-Type", "author", "X-Request-Id", "keyword", "page"]
)
def test_a_name_that_does_not_say_so_is_not(name: str) -> None:
    assert not is_secret_name(name)
