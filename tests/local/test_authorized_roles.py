"""The functions do all their work with just their roles: the emulator asks IAM about each of their requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from callback_api.storage.dynamodb import DynamoTaskStore
from callback_api.task import TokenOwner
from callback_api.tokens import digest, new_token
from infra.packages import PACKAGES, Platform, stage
from local.deployer import Deployer, Program
from local.emulator.authorization import role_of_session, schedule_in_group
from local.emulator.emulator import Emulator
from local.options import CHECKOUT
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import (
    AwsError,
    caller,
    find_stack,
    pause,
    pause_acts,
    pause_effect,
    pause_target,
    planned_pause,
    resume,
)
from schedule_catalog.settings import NAMESPACE
from schedule_client import PermissionDeniedError, Request, ScheduleClient, ScheduleSettings
from tests.eventually import eventually
from tests.local.authorized import Deployed, Outside

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
RETRY = {"max_attempts": 2, "max_age_minutes": 60}
CALLS = {
    "signed": {"service": "billing", "path": "/signed", "auth": {"type": "bearer", "secret": "billing-token"}},
    "parameter": {"service": "billing", "path": "/parameter", "auth": {"type": "bearer", "secret": "ssm:ops/token"}},
    "retried": {"service": "billing", "path": "/retried"},
    "given-up": {"service": "billing", "path": "/given-up"},
    "sweep": {"service": "callback", "path": "/api/v1/sweep"},
}


@pytest.fixture(name="outside", scope="module")
def _outside() -> Iterator[Outside]:
    with Outside() as outside:
        yield outside


@pytest.fixture(name="stack", scope="module")
def _stack(tmp_path_factory: pytest.TempPathFactory, outside: Outside) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("authorized")
    with Emulator(folder / "emulator", retry_seconds=0.1, authorize=True) as emulator:
        emulator.client("secretsmanager").create_secret(Name="/test/billing-token", SecretString="a-token")
        emulator.client("ssm").put_parameter(Name="/test/ops/token", Value="another", Type="SecureString")
        program = Program(CHECKOUT, "dev", config(folder, outside))
        with Deployer(program, emulator, folder / "deployer", api_endpoint=outside.url) as deployer:
            deployment = deployer.deploy()
        assert deployment.succeeded, (deployment.error, deployment.failures)
        (api,) = emulator.client("apigatewayv2").get_apis()["Items"]
        host, _, port = emulator.endpoint.removeprefix("http://").partition(":")
        outside.api = (host, int(port), f"/_aws/execute-api/{api['ApiId']}/$default")
        stack = Deployed(emulator, dict(deployment.outputs))
        hear_events(stack)
        for name in ("retried", "signed", "parameter", "given-up"):
            stack.fire(name, "catalog_group")  # the wait before the second attempt passes during the tests
        yield stack


def config(folder: Path, outside: Outside) -> dict[str, str]:
    entries = {name: {"rate": "1 day", "retry": RETRY, "request": call} for name, call in CALLS.items()}
    (folder / "schedules").mkdir()
    (folder / "schedules" / "all.yaml").write_text(json.dumps({"owner": "platform", "schedules": entries}))
    for package in PACKAGES:
        stage(package, folder / "packages", Platform.HOST)
    settings: dict[str, Any] = {
        "catalog": str(folder / "schedules"),
        "packages": str(folder / "packages"),
        "services": {"billing": "https://billing.example.com"},
        "hosts": [],
        "owners": {},
        "secret_prefix": "/test/",
        "secrets": {"billing-token": {"services": ["billing"]}, "ssm:ops/token": {"services": ["billing"]}},
        "signing": {
            "callback": {"services": ["callback"], "origins": ["catalog", "adhoc"]},
            "billing": {"services": ["billing"]},
        },
        "applications": {"shop": {}},
        "proxy_routes": {"default": outside.url, "direct": ["127.0.0.1"]},
    }
    return {
        f"{NAMESPACE}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in settings.items()
    }


def hear_events(stack: Deployed) -> None:
    """A rule of somebody who wants to know of undelivered runs."""
    pattern = json.dumps({"source": ["schedule-catalog"], "detail-type": ["Run Undelivered"]})
    stack.client("sqs").create_queue(QueueName="heard")
    stack.client("events").put_rule(Name="undelivered", EventPattern=pattern)
    arn = f"arn:aws:sqs:{stack.emulator.region}:000000000000:heard"
    stack.client("events").put_targets(Rule="undelivered", Targets=[{"Id": "1", "Arn": arn}])


class Users:
    """The clients of one new user."""

    def __init__(self, stack: Deployed, name: str) -> None:
        self._clients = stack.user_clients(name)

    def client(self, service: str) -> Any:
        return self._clients(service)


class Tasks:
    """The callback service, as one of its users calls it."""

    def __init__(self, stack: Deployed, outside: Outside) -> None:
        self._outside = outside
        self._token = new_token()
        (table,) = (each for each in stack.client("dynamodb").list_tables()["TableNames"] if each.endswith("-tasks"))
        store = DynamoTaskStore(stack.client("dynamodb"), table)
        store.add_token(digest(self._token), TokenOwner("ann", admin=False), datetime.now(UTC))

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        sent = b"" if body is None else json.dumps(body).encode()
        status, text = self._outside.ask(method, path, sent, {"Authorization": f"Bearer {self._token}"})
        return status, json.loads(text) if text else None

    def scheduled(self) -> str:
        status, task = self.ask("POST", "/api/v1/tasks/schedule", {"task": "heartbeat", "delay_minutes": 0.01})
        assert status == 201, task
        return task["id"]

    def status(self, task_id: str) -> str:
        return self.ask("GET", f"/api/v1/tasks/{task_id}")[1]["status"]


def test_the_callback_service_schedules_is_called_back_lists_cancels_and_sweeps(
    stack: Deployed, outside: Outside
) -> None:
    tasks = Tasks(stack, outside)
    kept = tasks.scheduled()
    (schedule,) = eventually(stack.made_at_run_time)
    cancelled = tasks.scheduled()
    eventually(lambda: len(stack.made_at_run_time()) == 2)

    assert tasks.ask("DELETE", f"/api/v1/tasks/{cancelled}")[0] == 200
    eventually(lambda: stack.made_at_run_time() == [schedule])
    stack.fire(schedule, "SCHEDULER_GROUP_NAME")
    eventually(lambda: tasks.status(kept) == "COMPLETED")
    stack.fire("sweep", "catalog_group")
    eventually(lambda: stack.states().get("sweep") == "delivered")
    status, page = tasks.ask("GET", "/api/v1/tasks")
    assert status == 200
    assert {each["id"]: each["status"] for each in page["tasks"]} == {kept: "COMPLETED", cancelled: "CANCELLED"}


def test_the_proxy_delivers_signs_retries_gives_up_and_writes_it_down(stack: Deployed, outside: Outside) -> None:
    expected = {"signed": "delivered", "parameter": "delivered", "retried": "delivered", "given-up": "undelivered"}
    eventually(lambda: expected.items() <= stack.states().items())
    assert outside.calls == {"/signed": 1, "/parameter": 1, "/retried": 2, "/given-up": 1}
    assert outside.heard["/signed"]["authorization"] == "Bearer a-token"
    assert outside.heard["/signed"]["webhook-signature"].startswith("v1,")
    assert outside.heard["/parameter"]["authorization"] == "Bearer another"
    (kept,) = stack.client("sqs").receive_message(
        QueueUrl=stack.outputs["undelivered_url"], MessageAttributeNames=["All"]
    )["Messages"]
    assert kept["MessageAttributes"]["REASON"]["StringValue"] == "http-404"
    (heard,) = eventually(lambda: stack.client("sqs").receive_message(QueueUrl="heard").get("Messages"))
    detail = json.loads(heard["Body"])["detail"]
    assert (detail["name"], detail["status"], detail["project"]) == ("given-up", 404, NAMESPACE)
    assert detail["run_key"] == kept["MessageAttributes"]["RUN_KEY"]["StringValue"]
    queue = stack.client("sqs").get_queue_attributes(QueueUrl=stack.outputs["retry_queue_url"], AttributeNames=["All"])
    assert queue["Attributes"]["ApproximateNumberOfMessages"] == "0"


def test_an_application_schedules_moves_lists_and_cancels_with_its_policy_alone(stack: Deployed) -> None:
    scheduler = stack.user("shop", "scheduler")
    told = ScheduleSettings.from_environment({**stack.outputs, "SCHEDULER_NAME_PREFIX": "shop-"})
    shop, request = ScheduleClient(told, client=scheduler), Request(service="billing", path="/reminders")
    with pytest.raises(PermissionDeniedError):
        shop.schedule_once(request, delay=timedelta(hours=1), key="first")

    policy = stack.outputs["application_policies"]["shop"]
    stack.client("iam").attach_user_policy(UserName="shop", PolicyArn=policy)
    made = shop.schedule_once(request, delay=timedelta(hours=1), key="first")
    assert not shop.schedule_once(request, delay=timedelta(hours=1), key="first").created
    shop.reschedule("first", delay=timedelta(hours=2))
    assert [each.name for each in shop.list()] == [made.name]
    assert shop.cancel("first")

    other = ScheduleClient(replace(told, name_prefix="app"), client=scheduler)
    with pytest.raises(PermissionDeniedError):
        other.schedule_once(request, delay=timedelta(hours=1), key="not its own")
    with pytest.raises(ClientError, match="AccessDenied"):
        scheduler.delete_schedule(Name="signed", GroupName=stack.outputs["catalog_group"])


def test_an_operator_pauses_and_resumes_with_the_policy_alone_and_writes_no_run(stack: Deployed) -> None:
    users = Users(stack, "kim")
    names = Names(NAMESPACE, "dev", stack.emulator.region)
    with pytest.raises(AwsError, match="no permission"):
        find_stack(users, names)

    stack.client("iam").attach_user_policy(UserName="kim", PolicyArn=stack.outputs["operators_policy"])
    deployed, now = find_stack(users, names), datetime.now(UTC)
    target = pause_target(deployed, "schedule", "retried")
    planned = planned_pause(deployed, target, now + timedelta(hours=1), "upgrade", caller(users), now)
    assert pause_effect(deployed, planned, now, {}, {}).schedules == 1
    made = pause(deployed, target, now + timedelta(hours=1), "upgrade", caller(users), now)
    assert made.by.endswith(":user/kim")
    assert resume(deployed, target, caller(users), now) == made
    assert [act.act for act in pause_acts(deployed)] == ["resume", "pause"]

    table = stack.outputs["ledger_table"]
    run = {"pk": {"S": "catalog#arn"}, "sk": {"S": "2027-01-05T09:00:00Z"}}
    with pytest.raises(ClientError, match="AccessDenied"):
        users.client("dynamodb").put_item(TableName=table, Item=run)
    with pytest.raises(ClientError, match="AccessDenied"):
        users.client("dynamodb").transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": run}}])
    with pytest.raises(ClientError, match="AccessDenied"):
        users.client("dynamodb").delete_item(TableName=table, Key={"pk": {"S": "pauses"}, "sk": {"S": "current"}})


def test_nobody_else_may_write_the_retry_queue_whatever_policies_of_their_own_allow(stack: Deployed) -> None:
    sqs = stack.user("ann", "sqs")
    stack.client("iam").put_user_policy(UserName="ann", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))

    sqs.send_message(QueueUrl=stack.outputs["scheduler_dlq_url"], MessageBody="anything")
    with pytest.raises(ClientError, match=r"AccessDenied.*with an explicit deny in a resource-based policy"):
        sqs.send_message(QueueUrl=stack.outputs["retry_queue_url"], MessageBody="anything")


def test_without_its_policy_a_function_can_do_none_of_it(stack: Deployed, outside: Outside) -> None:
    """So it was IAM that let it work: this takes the stack apart, and comes last."""
    tasks = Tasks(stack, outside)
    assert tasks.ask("GET", "/api/v1/tasks")[0] == 200
    for role in ("callback", "proxy"):
        name = stack.outputs["proxy_function"].removesuffix("proxy") + f"{role}-role"
        stack.client("iam").delete_role_policy(RoleName=name, PolicyName="work")

    assert tasks.ask("GET", "/api/v1/tasks")[0] == 503
    outside.calls.clear()
    assert "FunctionError" in stack.fire("signed", "catalog_group", "RequestResponse")
    assert outside.calls == {}


@pytest.mark.parametrize(
    ("arn", "role"),
    [
        ("arn:aws:sts::123456789012:assumed-role/worker/session", "arn:aws:iam::123456789012:role/worker"),
        ("arn:aws:iam::123456789012:user/ann", "arn:aws:iam::123456789012:user/ann"),
        ("arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root"),
    ],
)
def test_a_session_is_called_by_its_role(arn: str, role: str) -> None:
    assert role_of_session(arn) == role


@pytest.mark.parametrize(
    ("body", "query"), [(b'{"GroupName": "g"}', {}), (b"", {"groupName": ["g"]}), (b"", {"groupName": "g"})]
)
def test_a_schedule_is_looked_for_in_the_group_that_is_named(body: bytes, query: dict[str, Any]) -> None:
    arn = "arn:aws:scheduler:eu-central-1:123456789012:schedule/{}/default"

    assert schedule_in_group(arn.format("default"), body, query) == arn.format("g")
    assert schedule_in_group(arn.format("default"), b"", {}) == arn.format("default")
