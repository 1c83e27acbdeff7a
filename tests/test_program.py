from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pulumi.output import Unknown

from schedule_client.contract.features import FEATURES
from tests.infra.sample import CONFIG, full_stack, readable, sample_preview, sample_stack
from tests.pulumi_harness import run_program

if TYPE_CHECKING:
    from tests.pulumi_harness import Deployment

EXPECTED = yaml.safe_load(Path(__file__).with_name("infra").joinpath("stack.yaml").read_text("utf-8"))
PREFIX = "schedule-catalog-dev-eu-west-1"


def inputs(stack: Deployment) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: readable(resource) for key, resource in stack.resources.items()}


def unknown(value: Any) -> bool:
    return isinstance(value, Unknown)


def test_the_whole_stack_is_as_written_down():
    assert {f"{type_} {name}": readable(each) for (type_, name), each in sample_stack().resources.items()} == EXPECTED


def test_the_exports_are_what_an_application_and_an_operator_need():
    assert sample_stack().outputs == {
        "SCHEDULER_TARGET_ARN": f"arn:aws:lambda:eu-west-1:123456789012:function:{PREFIX}-proxy:adhoc",
        "SCHEDULER_TARGET_ROLE_ARN": f"arn:aws:iam::123456789012:role/{PREFIX}-adhoc-role",
        "SCHEDULER_GROUP_NAME": f"{PREFIX}-adhoc",
        "SCHEDULER_DLQ_ARN": f"arn:aws:sqs:eu-west-1:123456789012:{PREFIX}-scheduler-dlq",
        "SCHEDULER_NAME_PREFIX": "app",
        "SCHEDULER_FEATURES": ",".join(FEATURES),
        "application_environments": {
            "billing": {
                "SCHEDULER_TARGET_ARN": f"arn:aws:lambda:eu-west-1:123456789012:function:{PREFIX}-proxy:billing",
                "SCHEDULER_TARGET_ROLE_ARN": f"arn:aws:iam::123456789012:role/{PREFIX}-application-billing-role",
                "SCHEDULER_GROUP_NAME": f"{PREFIX}-adhoc",
                "SCHEDULER_DLQ_ARN": f"arn:aws:sqs:eu-west-1:123456789012:{PREFIX}-scheduler-dlq",
                "SCHEDULER_NAME_PREFIX": "billing-",
                "SCHEDULER_SERVICES": "billing,callback",
                "SCHEDULER_HOSTS": "hooks.example.com",
                "SCHEDULER_SECRETS": "",
                "SCHEDULER_CLIENTS": "",
                "SCHEDULER_FEATURES": ",".join(FEATURES),
            }
        },
        "application_policies": {"billing": f"arn:aws:iam::123456789012:policy/{PREFIX}-application-billing"},
        "callback_url": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com",
        "catalog_group": f"{PREFIX}-catalog",
        "proxy_function": f"{PREFIX}-proxy",
        "scheduler_dlq_url": f"https://sqs.eu-west-1.amazonaws.com/123456789012/{PREFIX}-scheduler-dlq",
        "undelivered_url": f"https://sqs.eu-west-1.amazonaws.com/123456789012/{PREFIX}-undelivered",
        "retry_queue_url": f"https://sqs.eu-west-1.amazonaws.com/123456789012/{PREFIX}-retry-queue",
        "ledger_table": f"{PREFIX}-ledger",
        "operators_policy": f"arn:aws:iam::123456789012:policy/{PREFIX}-operators",
        "manifest": f"/schedule-catalog/{PREFIX}-manifest",
        "schedules": {"deployed": 4, "finished": 1},
    }


def test_what_pending_calls_refer_to_cannot_be_replaced_by_accident():
    """A changed name would be a replacement, which Pulumi refuses for what is protected."""
    protected = {each.name for each in sample_stack().resources.values() if each.protect}

    assert protected >= {
        "groups-adhoc",
        "proxy",
        "proxy-adhoc",
        "catalog-execution-role",
        "adhoc-execution-role",
        "scheduler-dlq-queue",
        "retry-queue",
        "undelivered-queue",
        "ledger-table",
        "callback-tasks-table",
    }


def test_every_resource_is_the_child_of_a_component():
    components = {r.name for r in sample_stack().resources.values() if r.type.startswith("schedule-catalog:index:")}

    assert {r.parent for r in sample_stack().resources.values() if r.type.startswith("aws:")} <= components


def test_every_component_is_completed():
    components = {r.name for r in sample_stack().resources.values() if r.type.startswith("schedule-catalog:index:")}

    assert set(sample_stack().component_outputs) == components


def test_a_preview_of_nothing_knows_every_name_and_no_arn():
    names = {key: each.inputs.get("name") for key, each in sample_preview().resources.items()}

    assert names == {key: each.inputs.get("name") for key, each in sample_stack().resources.items()}
    outputs = sample_preview().outputs
    assert {key for key, value in outputs.items() if unknown(value)} == {
        "SCHEDULER_TARGET_ARN",
        "SCHEDULER_TARGET_ROLE_ARN",
        "SCHEDULER_DLQ_ARN",
        "operators_policy",
        "callback_url",
        "scheduler_dlq_url",
        "undelivered_url",
        "retry_queue_url",
    }


def test_a_preview_shows_when_and_what_each_schedule_will_call():
    for name, schedule in sample_preview().of_type("aws:scheduler/schedule:Schedule").items():
        deployed = sample_stack()["aws:scheduler/schedule:Schedule", name]
        assert schedule.inputs["scheduleExpression"] == deployed.inputs["scheduleExpression"]
        assert schedule.inputs["target"]["input"] == deployed.inputs["target"]["input"]
        assert unknown(schedule.inputs["target"]["arn"])


def test_what_depends_on_an_unknown_arn_is_itself_unknown_in_a_preview():
    preview = sample_preview()

    assert unknown(preview["aws:iam/role:Role", "adhoc-execution-role"].inputs["assumeRolePolicy"])
    assert unknown(preview["aws:iam/rolePolicy:RolePolicy", "proxy-function-policy"].inputs["policy"])
    assert unknown(preview["aws:lambda/function:Function", "proxy"].inputs["code"])


def test_a_run_without_a_change_asks_for_the_same():
    assert inputs(run_program(CONFIG)) == inputs(sample_stack())


@pytest.fixture(name="catalog")
def _catalog(tmp_path: Path) -> Path:
    (tmp_path / "one.yaml").write_text(entries("first", "second"))
    return tmp_path


def entries(*names: str, rate: str = "5 minutes") -> str:
    request = {"service": "callback", "path": "/x"}
    return json.dumps({"owner": "billing", "schedules": {name: {"rate": rate, "request": request} for name in names}})


def changed(before: Deployment, after: Deployment) -> set[str]:
    """The resources that differ, but for the stack's count of schedules."""
    old, new = inputs(before), inputs(after)
    return {name for type_, name in old.keys() | new.keys() if old.get((type_, name)) != new.get((type_, name))}


def deploy(catalog: Path, **config: Any) -> Deployment:
    return run_program({**CONFIG, "catalog": str(catalog), **config})


def test_adding_an_entry_adds_one_resource(catalog: Path):
    before = deploy(catalog)
    (catalog / "two.yaml").write_text(entries("third"))

    assert changed(before, deploy(catalog)) == {"third"}


def test_editing_an_entry_changes_one_resource(catalog: Path):
    (catalog / "two.yaml").write_text(entries("third"))
    before = deploy(catalog)
    (catalog / "two.yaml").write_text(entries("third", rate="1 hour"))

    assert changed(before, deploy(catalog)) == {"third"}


def test_renaming_a_file_or_moving_an_entry_changes_nothing(catalog: Path):
    before = deploy(catalog)
    (catalog / "one.yaml").write_text(entries("second"))
    (catalog / "renamed.yml").write_text(entries("first"))

    assert changed(before, deploy(catalog)) == set()


def test_the_clock_alone_removes_what_is_finished():
    later = run_program({**CONFIG, "now": "2027-01-05T12:30:00Z"})

    assert changed(sample_stack(), later) == {"due-just-now"}
    assert later.outputs["schedules"] == {"deployed": 3, "finished": 2}


def test_the_present_is_the_clock_unless_it_is_given(catalog: Path):
    request = {"service": "callback", "path": "/x"}
    ats = {
        "past": {"at": "2001-01-01T00:00", "request": request},
        "future": {"at": "2199-01-01T00:00", "request": request},
    }
    (catalog / "one.yaml").write_text(json.dumps({"owner": "billing", "schedules": ats}))

    assert set(deploy(catalog, now=None).of_type("aws:scheduler/schedule:Schedule")) == {"future"}
    assert set(deploy(catalog, now="2000-01-01T00:00:00Z").of_type("aws:scheduler/schedule:Schedule")) == {
        "past",
        "future",
    }


def test_another_stack_gets_its_own_entries():
    prod = run_program(CONFIG, stack="prod")

    assert set(prod.of_type("aws:scheduler/schedule:Schedule")) == {
        "close-invoices",
        "launch-campaign",
        "due-just-now",
        "elsewhere",
    }


# Whose name is not the account's: a schedule's and an alias' are their group's and function's, a policy's its role's;
# an API has an id of its own.
NAMED_WITHIN = {
    "aws:scheduler/schedule:Schedule",
    "aws:lambda/alias:Alias",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:apigatewayv2/api:Api",
    "aws:apigatewayv2/stage:Stage",
}


def physical_names(stack: Deployment) -> dict[tuple[str, str], str]:
    """The names that the account, or its region, has but once, as IAM compares them: without case."""
    names = ("name", "namePrefix", "dashboardName", "bucket")
    return {
        (each.type, each.inputs[key].lower()): each.name
        for each in stack.resources.values()
        for key in names
        if each.type not in NAMED_WITHIN and isinstance(each.inputs.get(key), str)
    }


def test_stacks_and_projects_of_one_account_share_no_name():
    stacks = [("jobs", "dev"), ("jobs", "prod-x"), ("jobs-prod", "x"), ("jobs", "x"), ("other", "dev")]
    found = [physical_names(run_program(CONFIG, project=project, stack=stack)) for project, stack in stacks]

    assert len({len(each) for each in found}) == 1
    assert len(found[0]) >= 20
    twice = Counter(key for each in found for key in each)
    assert [key for key, count in twice.items() if count > 1] == []


def test_a_schedule_waits_for_few_resources_however_many_there_are(catalog: Path):
    (catalog / "one.yaml").write_text(entries(*(f"job-{number}" for number in range(100))))
    schedules = deploy(catalog).of_type("aws:scheduler/schedule:Schedule")

    assert len(schedules) == 100
    assert max(len(schedule.depends_on) for schedule in schedules.values()) <= 5


def test_no_log_is_kept_for_ever():
    logs = full_stack().of_type("aws:cloudwatch/logGroup:LogGroup")

    assert len(logs) >= 3
    assert {log.inputs.get("retentionInDays") for log in logs.values()} == {CONFIG["log_retention_days"]}
