"""The alarms: on metrics that there are, told to whom they concern, and each one seen in ALARM."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from infra.conditions import OWN_METRICS
from infra.table_places import THROTTLED
from local.clients import Clients
from local.emulator.emulator import Emulator
from local.resources import RESOURCE_TYPES
from proxy.metrics import NAMESPACE, NOBODY
from schedule_catalog.cost import prices, size_of, stack_cost
from schedule_catalog.settings import parse_settings
from schedule_client.contract.proxy_settings import ProxySettings
from tests.infra.sample import CONFIG, FULL, full_stack, sample_stack
from tests.proxy.embedded_metrics import points
from tests.proxy.stage import golden, stage
from tests.proxy.target import answers, running
from tests.pulumi_harness import run_program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.pulumi_harness import Deployment

HERE = Path(__file__).parent
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TOPIC, OWNERS_TOPIC = (f"arn:aws:sns:eu-west-1:123456789012:{name}" for name in ("alarms", "billing-alarms"))
KNOWN = yaml.safe_load((HERE / "known_metrics.yaml").read_text("utf-8"))
RUNBOOKS = (HERE.parents[1] / "docs" / "alarms.md").read_text("utf-8")
NAMES = sorted(name for type_, name in full_stack().resources if type_ == ALARM)


def alarms(stack: Deployment) -> Mapping[str, dict[str, Any]]:
    return {
        name: {key: whole(value) for key, value in each.inputs.items()} for name, each in stack.of_type(ALARM).items()
    }


def whole(value: Any) -> Any:
    """A number as the provider hands it on: Pulumi knows no other than floats."""
    return int(value) if isinstance(value, float) else value


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    with Emulator(tmp_path_factory.mktemp("emulator"), region="eu-west-1") as emulator:
        yield Clients(emulator.endpoint, emulator.region)


def state(aws: Clients, inputs: Mapping[str, Any], value: float) -> str:
    """The state that the alarm comes to by one value of its metric, in a namespace of its own."""
    cloudwatch, namespace = aws.client("cloudwatch"), f"{inputs['name']} at {value}"
    silent = {**inputs, "namespace": namespace, "alarmActions": [], "okActions": []}
    identity = RESOURCE_TYPES[ALARM].create(aws, silent)
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=[datum(inputs, value)])
    return cloudwatch.describe_alarms(AlarmNames=[identity])["MetricAlarms"][0]["StateValue"]


def datum(inputs: Mapping[str, Any], value: float) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": each} for name, each in inputs["dimensions"].items()]
    return {"MetricName": inputs["metricName"], "Dimensions": dimensions, "Value": value}


@pytest.mark.parametrize("name", NAMES)
def test_every_alarm_is_about_a_metric_that_there_is(name: str) -> None:
    inputs = alarms(full_stack())[name]

    if inputs["namespace"] == OWN_METRICS:
        assert set(inputs["dimensions"]) in ({"Project", "Stack"}, {"Project", "Stack", "Owner"})
    else:
        known = KNOWN[inputs["namespace"]]
        assert inputs["metricName"] in known["metrics"], known["page"]
        assert set(inputs["dimensions"]) in map(set, known["dimensions"]), known["page"]


@pytest.mark.parametrize("name", NAMES)
def test_every_alarm_begins_with_its_cause_and_not_without(aws: Clients, name: str) -> None:
    """The emulator heeds neither dimensions nor how many periods are bad: those are read above."""
    inputs = alarms(full_stack())[name]
    bad, good = (0, 5) if "LessThan" in inputs["comparisonOperator"] else (inputs["threshold"] + 1, 0)

    assert (state(aws, inputs, bad), state(aws, inputs, good)) == ("ALARM", "OK")


def test_an_owner_hears_of_the_owner_s_failed_calls_and_the_stack_s_topic_of_all_else() -> None:
    told = {name: inputs["alarmActions"] for name, inputs in alarms(full_stack()).items()}

    assert told.pop("alarm-failed-billing") == [OWNERS_TOPIC]
    assert "alarm-failed-none" in told
    assert set(map(tuple, told.values())) == {(TOPIC,)}
    assert all(inputs["okActions"] == inputs["alarmActions"] for inputs in alarms(full_stack()).values())


def test_without_a_topic_there_are_the_same_alarms_and_nobody_is_told() -> None:
    silent = run_program({**FULL, "alarm_topic": None, "owners": {"billing": {"contact": "x"}}})

    assert set(alarms(silent)) == set(NAMES)
    assert {tuple(inputs["alarmActions"]) for inputs in alarms(silent).values()} == {()}


def test_where_no_owner_is_declared_one_alarm_is_for_all_failed_calls() -> None:
    failed = [name for name in alarms(sample_stack()) if name.startswith("alarm-failed")]

    assert failed == ["alarm-failed"]
    assert alarms(sample_stack())["alarm-failed"]["dimensions"] == {"Project": "schedule-catalog", "Stack": "dev"}


def test_a_stack_without_a_ledger_watches_no_table_of_runs() -> None:
    without = alarms(run_program({**CONFIG, "ledger": False}))

    assert [name for name in without if "ledger" in name] == []
    assert [name for name in without if "tasks" in name] != []


@pytest.mark.parametrize(
    ("entry", "minutes"),
    [
        ("rate: 1 minute", 15),
        ("rate: 2 hours", 360),
        ("rate: 8 hours", 1440),
        ("rate: 9 hours", None),
        ("rate: 1 hour\n    enabled: false", None),
        ("rate: 1 hour\n    end: 2030-01-01T00:00", None),
        ('cron: "0 * * * ? *"', None),
    ],
)
def test_silence_is_an_alarm_where_the_catalog_promises_a_beat(tmp_path: Path, entry: str, minutes: int | None) -> None:
    request = "request: {service: billing, path: /beat}"
    (tmp_path / "beat.yaml").write_text(f"owner: billing\nschedules:\n  beat:\n    {entry}\n    {request}\n")
    alarm = alarms(run_program({**CONFIG, "catalog": str(tmp_path)})).get("alarm-silence")

    assert (alarm and alarm["period"] / 60) == minutes
    if alarm:
        assert alarm["dimensions"] == {"ScheduleGroup": "schedule-catalog-dev-eu-west-1-catalog"}
        silent = ("LessThanThreshold", 1, "breaching")
        assert (alarm["comparisonOperator"], alarm["threshold"], alarm["treatMissingData"]) == silent


def test_no_data_is_bad_for_silence_only_and_ends_no_alarm_of_a_queue_that_nobody_asks() -> None:
    missing = {name: inputs["treatMissingData"] for name, inputs in alarms(full_stack()).items()}

    assert {name for name, treated in missing.items() if treated == "breaching"} <= {"alarm-silence"}
    held = {name for name, treated in missing.items() if treated == "ignore"}
    assert held == {"alarm-undelivered", "alarm-not-handed-over"}
    assert set(missing.values()) <= {"breaching", "ignore", "notBreaching"}


def test_every_table_is_watched_with_each_of_its_indexes() -> None:
    tables = full_stack().of_type("aws:dynamodb/table:Table").values()
    there = {(each.inputs["name"], index["name"]) for each in tables for index in each.inputs["globalSecondaryIndexes"]}
    there |= {(each.inputs["name"], None) for each in tables}
    dimensions = [each["dimensions"] for each in alarms(full_stack()).values() if each["namespace"] == "AWS/DynamoDB"]

    watched = [(each["TableName"], each.get("GlobalSecondaryIndexName")) for each in dimensions]
    assert set(watched) == there
    assert all(watched.count(each) == len(THROTTLED) for each in there)


def test_one_call_that_aws_tries_again_is_seen_although_its_retries_are_minutes_apart() -> None:
    """Both services double their waits up to five minutes, so that few minutes of a quarter of an hour are bad."""
    watched = alarms(full_stack())
    for name in ("alarm-catalog-target-errors", "alarm-proxy-throttled"):
        assert (watched[name]["datapointsToAlarm"], watched[name]["evaluationPeriods"]) == (3, 15)
    assert watched["alarm-proxy-waiting"]["evaluationPeriods"] == 1


MOVES = re.findall(r"^\| `([a-z0-9A-Z-]+)` \| ([^|]+) \| ([^|]+) \|$", RUNBOOKS, re.MULTILINE)
# What a row of the table leaves open.
OPEN = {
    "ORIGIN": "(?:catalog|adhoc)",
    "OWNER": "[a-z0-9-]+",
    "TABLE": "(?:ledger|tasks)",
    "INDEX": "(?:outcome|gsi[12])",
}


def test_the_page_says_of_every_alarm_what_moves_it_and_where_that_was_seen() -> None:
    rows = {row: re.compile(re.sub("|".join(OPEN), lambda found: OPEN[found[0]], row)) for row, _, _ in MOVES}
    names = [*(name.removeprefix("alarm-") for name in NAMES), "silence"]
    told = {name: [row for row, pattern in rows.items() if pattern.fullmatch(name)] for name in names}

    assert {name: found for name, found in told.items() if not found} == {}
    assert set(rows) == {row for found in told.values() for row in found}
    assert all(moved.endswith(".") is False and len(moved.split()) > 3 for _, moved, _ in MOVES)
    seen = {where for _, _, where in MOVES}
    assert all(re.match(r"a test|\[AWS's page\]\(https://docs\.aws\.amazon\.com/", where) for where in seen), seen


def test_the_proxy_writes_the_very_metrics_that_the_alarms_of_calls_look_at() -> None:
    lines = [line for status in (200, 404) for line in lines_of_a_call_answered(status)]
    written = {(metric, frozenset(dimensions)) for line in lines for metric, dimensions in points(line)}
    watched = {name: inputs for name, inputs in alarms(full_stack()).items() if inputs["namespace"] == OWN_METRICS}

    assert OWN_METRICS == NAMESPACE
    assert set(watched) == {"alarm-failed", "alarm-failed-billing", "alarm-failed-none", "alarm-late"}
    for name in ("alarm-failed", "alarm-failed-billing", "alarm-late"):
        dimensions = {**watched[name]["dimensions"], "Project": "shop", "Stack": "test"}
        assert (watched[name]["metricName"], frozenset(dimensions.items())) in written, name
    assert watched["alarm-failed-none"]["dimensions"]["Owner"] == NOBODY


@pytest.mark.parametrize("origin", ["evil", "adhoc", "direct"])
def test_a_run_time_call_that_fails_sets_off_the_stack_s_alarm_and_no_other_team_s(origin: str) -> None:
    owners = [line["Owner"] for line in lines_of_a_call_answered(404, origin, ProxySettings(owners=("billing",)))]
    watched = alarms(full_stack())

    assert owners == ["other"]
    assert watched["alarm-failed-billing"]["dimensions"]["Owner"] == "billing"
    assert watched["alarm-failed"]["dimensions"] == {"Project": "schedule-catalog", "Stack": "dev"}


def lines_of_a_call_answered(
    status: int, origin: str = "catalog", settings: ProxySettings | None = None
) -> list[dict[str, Any]]:
    """What the real proxy logs of a call for "billing" to a real server."""
    with running(answers(status, b"")) as target:
        served = {"services": {"billing": f"http://{target.netloc}"}, "http_hosts": (target.netloc,)}
        shop = stage(replace(settings or ProxySettings(), **served))
        event = {key: value for key, value in golden("v1-service").items() if key not in ("auth", "retry")}
        shop.handle({**event, "owner": "billing"}, origin)
        shop.close()
    return shop.lines


def test_who_is_subscribed_to_the_topic_of_an_owner_is_told(aws: Clients) -> None:
    topic = aws.client("sns").create_topic(Name="billing-alarms")["TopicArn"]
    queue = aws.client("sqs").create_queue(QueueName="billing-pager")["QueueUrl"]
    arn = aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    inputs = {**alarms(full_stack())["alarm-failed-billing"], "alarmActions": [topic], "okActions": [topic]}
    RESOURCE_TYPES[ALARM].create(aws, inputs)

    aws.client("cloudwatch").put_metric_data(Namespace=OWN_METRICS, MetricData=[datum(inputs, 1)])

    (message,) = aws.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    told = json.loads(json.loads(message["Body"])["Message"])
    assert (told["AlarmName"], told["NewStateValue"]) == (inputs["name"], "ALARM")
    assert "docs/alarms.md#alarm-failed" in told["AlarmDescription"]


def test_every_alarm_has_its_runbook_and_every_runbook_its_alarm() -> None:
    anchors = {inputs["alarmDescription"].rpartition("#")[2] for inputs in alarms(full_stack()).values()}
    sections = {f"alarm-{name}" for name in re.findall(r"^## Alarm: ([a-z0-9-]+)$", RUNBOOKS, re.MULTILINE)}

    assert sections == anchors | {"alarm-silence"}


def test_names_are_the_stack_s_own_because_an_equal_one_would_replace_another_s_alarm() -> None:
    names = [inputs["name"] for inputs in alarms(full_stack()).values()]

    assert len(set(names)) == len(names)
    assert {name for name in names if not name.startswith("schedule-catalog-dev-eu-west-1-")} == set()


@pytest.mark.parametrize("changed", [{}, {"ledger": False}, {"owners": {"billing": {}}}], ids=str)
def test_schedules_cost_knows_how_many_alarms_there_are(changed: dict[str, Any]):
    config = {**CONFIG, **changed}
    alarms = run_program(config).of_type("aws:cloudwatch/metricAlarm:MetricAlarm")

    size = size_of(parse_settings("dev", config), 1.0)
    assert stack_cost([], size).fixed["alarms"] == pytest.approx(len(alarms) * prices().per_month["alarm"])
