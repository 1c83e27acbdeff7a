"""A stack that a release has deployed, and that goes on from there, with applications on the old client and the new."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callback_api.storage.dynamodb import DynamoTaskStore
from callback_api.task import TokenOwner
from callback_api.tokens import digest, new_token
from local.deployer import Deployer, Program
from local.options import CHECKOUT
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import UndeliveredQueues, find_stack, replay
from schedule_catalog.settings import NAMESPACE, parse_settings, proxy_settings
from schedule_client import ScheduleClient, ScheduleSettings
from tests.eventually import eventually
from tests.local.authorized import TIME, Deployed, Outside
from tests.releases.release import Release

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator
    from local.engine.deployment import ResourceChange

OLD = Release("0.1.0")
NOW = datetime.now(UTC)
PARAMETER = Names("schedule-catalog", "dev", "eu-central-1").proxy_settings
ENVIRONMENT = ("SCHEDULER_TARGET_ARN", "SCHEDULER_TARGET_ROLE_ARN", "SCHEDULER_GROUP_NAME", "SCHEDULER_DLQ_ARN")
# What an application that still runs with the old client does.
OLD_CLIENT = """
from datetime import timedelta
import boto3
from schedule_client import Auth, Request, Retry, ScheduleClient, ScheduleSettings
session = boto3.Session(*given["key"], region_name=given["region"])
client = ScheduleClient(
    ScheduleSettings.from_environment(given["environment"]),
    client=session.client("scheduler", endpoint_url=given["endpoint"]),
)
secret = Auth("bearer", "billing-token")
answer = []
for verb, name in given["calls"]:
    request = Request(service="billing", path=f"/{name}", auth=secret, retry=Retry(max_attempts=3))
    if verb == "keyed":
        made = client.schedule_once(request, delay=timedelta(hours=1), key=name)
    elif verb == "fresh":
        made = client.schedule_once(request, delay=timedelta(hours=1))
    elif verb == "recurring":
        made = client.schedule_recurring(request, rate="1 day", key=name)
    else:
        made = client.reschedule(name, delay=timedelta(hours=2))
    answer.append(made.name)
"""


class Stack(Deployed):
    """The stack through its deployments, and the applications with their own users."""

    def __init__(self, folder: Path, emulator: Emulator, outside: Outside) -> None:
        super().__init__(emulator, {})
        self._folder, self.outside = folder, outside
        self._keys: dict[str, tuple[str, str]] = {}
        self.release = OLD
        self.swept = 0
        self.user_headers: dict[str, str] = {}

    def up(
        self, packages: str, applications: dict[str, Any], origins: tuple[str, ...], folder: Path = CHECKOUT
    ) -> tuple[ResourceChange, ...]:
        """Deploy the program of a folder with these packages, applications and origins of the secret."""
        settings: dict[str, Any] = {
            "catalog": str(self._folder / "schedules"),
            "packages": str(self._folder / packages),
            "services": {"billing": "https://billing.example.com"},
            "hosts": [],
            "owners": {},
            "secret_prefix": "/test/",
            "secrets": {"billing-token": {"services": ["billing"], "origins": list(origins)}},
            "signing": {"callback": {"services": ["callback"], "origins": ["catalog", "adhoc"]}},
            "applications": applications,
            "proxy_routes": {"default": self.outside.url, "direct": ["127.0.0.1"]},
        }
        config = {
            f"{NAMESPACE}:{key}": value if isinstance(value, str) else json.dumps(value)
            for key, value in settings.items()
        }
        program = Program(folder, "dev", config)
        with Deployer(program, self.emulator, self._folder / "deployer", api_endpoint=self.outside.url) as deployer:
            deployment = deployer.deploy()
        assert deployment.succeeded, (deployment.error, deployment.failures)
        self.outputs = dict(deployment.outputs)
        if packages == "old" and folder == CHECKOUT:  # its proxy reads settings that today's program does not write
            told = proxy_settings(parse_settings("dev", settings, "schedule-catalog"), self.outputs["callback_url"], ())
            self.client("ssm").put_parameter(Name=PARAMETER, Value=told.to_json(), Overwrite=True)
        (api,) = self.client("apigatewayv2").get_apis()["Items"]
        host, _, port = self.emulator.endpoint.removeprefix("http://").partition(":")
        self.outside.api = (host, int(port), f"/_aws/execute-api/{api['ApiId']}/$default")
        self.warnings = deployment.warnings
        for name, policy in self.outputs["application_policies"].items():
            if name not in self._keys:
                self.client("iam").create_user(UserName=name)
                key = self.client("iam").create_access_key(UserName=name)["AccessKey"]
                self._keys[name] = key["AccessKeyId"], key["SecretAccessKey"]
                self.client("iam").attach_user_policy(UserName=name, PolicyArn=policy)
        return deployment.changes

    def environment(self, application: str, *, own: bool) -> dict[str, str]:
        """What an application is told: before the move the stack's exports, after it its own."""
        if own:
            return self.outputs["application_environments"][application]
        shared = {name: self.outputs[name] for name in ENVIRONMENT}
        return {**shared, "SCHEDULER_NAME_PREFIX": f"{application}-"}

    def by_old_client(self, application: str, *calls: tuple[str, str], own: bool = False) -> list[str]:
        """The names of the schedules that an application with the old release makes or moves."""
        given = {
            "key": self._keys[application],
            "region": self.emulator.region,
            "endpoint": self.emulator.endpoint,
            "environment": self.environment(application, own=own),
            "calls": calls,
        }
        return self.release.run(OLD_CLIENT, given)

    def new_client(self, application: str) -> ScheduleClient:
        import boto3

        session = boto3.Session(*self._keys[application], region_name=self.emulator.region)
        scheduler: Any = session.client("scheduler", endpoint_url=self.emulator.endpoint)
        told = ScheduleSettings.from_environment(self.environment(application, own=True))
        return ScheduleClient(told, client=scheduler)

    def fires(self, name: str, time: str = TIME, *, keep: bool = False) -> dict[str, Any]:
        """What the proxy answers when a run-time schedule fires, which is then gone unless it recurs."""
        group = self.outputs["SCHEDULER_GROUP_NAME"]
        found = self.client("scheduler").get_schedule(Name=name, GroupName=group)
        answer = self.invoke(found["Target"], found["Arn"], time)
        if found["ScheduleExpression"].startswith("at(") and not keep:
            self.client("scheduler").delete_schedule(Name=name, GroupName=group)
        return answer

    def invoke(self, target: dict[str, Any], arn: str, time: str) -> dict[str, Any]:
        """Invoke a target as EventBridge Scheduler does, with the schedule's own role."""
        functions = self.as_scheduler("lambda", target["RoleArn"])
        text = target["Input"].replace("<aws.scheduler.schedule-arn>", arn)
        text = text.replace("<aws.scheduler.scheduled-time>", time)
        answer = functions.invoke(FunctionName=target["Arn"], InvocationType="RequestResponse", Payload=text)
        returned = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, returned
        return json.loads(returned["body"])

    def as_scheduler(self, service: str, role_arn: str) -> Any:
        """The client that EventBridge Scheduler has of a service; the role trusts it alone, so the test as well."""
        statements = [
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.client("iam").update_assume_role_policy(RoleName=role_arn.rpartition("/")[2], PolicyDocument=document)
        return self.emulator.as_role(service, role_arn)

    def runs(self) -> dict[tuple[str, str], str]:
        """The states in the ledger, by origin and by the schedule's name."""
        items = self.client("dynamodb").scan(TableName=self.outputs["ledger_table"])["Items"]
        return {
            (item["pk"]["S"].partition("#")[0], item["pk"]["S"].rpartition("/")[2]): item["state"]["S"]
            for item in items
            if item["sk"]["S"] != "lock"
        }

    def leave(self, application: str) -> None:
        """Take the policy from the application's role, without which IAM does not delete it."""
        (attached,) = self.client("iam").list_attached_user_policies(UserName=application)["AttachedPolicies"]
        self.client("iam").detach_user_policy(UserName=application, PolicyArn=attached["PolicyArn"])

    def passes(self, application: str) -> set[str]:
        """The roles that the deployed policy of an application lets it give its schedules."""
        (attached,) = self.client("iam").list_attached_user_policies(UserName=application)["AttachedPolicies"]
        version = self.client("iam").get_policy(PolicyArn=attached["PolicyArn"])["Policy"]["DefaultVersionId"]
        document = self.client("iam").get_policy_version(PolicyArn=attached["PolicyArn"], VersionId=version)
        statements = document["PolicyVersion"]["Document"]["Statement"]
        roles = [arn for each in statements if each["Action"] == ["iam:PassRole"] for arn in each["Resource"]]
        return {
            arn.rpartition("/")[2].removeprefix(self.outputs["proxy_function"].removesuffix("proxy")) for arn in roles
        }

    def evil(self, name: str, victim: dict[str, Any], time: str, own: bool, path: str = "/evil") -> dict[str, Any]:
        """Make and fire a schedule of `evil` whose event says that it is the victim's, as its policy lets it."""
        import boto3

        told = ScheduleSettings.from_environment(self.environment("evil", own=own))
        session = boto3.Session(*self._keys["evil"], region_name=self.emulator.region)
        event = {**json.loads(victim["Target"]["Input"]), "path": path}
        event["schedule"] = {"name": victim["Name"], "arn": victim["Arn"], "time": time}
        scheduler: Any = session.client("scheduler", endpoint_url=self.emulator.endpoint)
        scheduler.create_schedule(
            Name=name,
            GroupName=told.group,
            ScheduleExpression="at(2097-01-05T09:00:00)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": told.target_arn, "RoleArn": told.role_arn, "Input": json.dumps(event)},
        )
        return self.fires(name)

    def sweeps(self) -> dict[str, Any]:
        """What the callback service's sweep answers, called by the catalog's schedule."""
        group = self.outputs["catalog_group"]
        found = self.client("scheduler").get_schedule(Name="sweep", GroupName=group)
        self.swept += 1
        answer = self.invoke(found["Target"], found["Arn"], f"2097-01-05T09:{self.swept:02}:00Z")
        assert answer["success"], answer
        return json.loads(answer["api_response"])

    def task(self, task: str) -> dict[str, Any]:
        status, answer = self.outside.ask("GET", f"/api/v1/tasks/{task}", headers=self.user_headers)
        assert status == 200, answer
        return json.loads(answer)

    def found(self, name: str) -> dict[str, Any]:
        return self.client("scheduler").get_schedule(Name=name, GroupName=self.outputs["SCHEDULER_GROUP_NAME"])


def pending_task(stack: Stack) -> tuple[str, str]:
    """A task of the callback service, whose schedule is as release 0.1.0 has made it; the names of both."""
    token = new_token()
    (table,) = (each for each in stack.client("dynamodb").list_tables()["TableNames"] if each.endswith("-tasks"))
    store = DynamoTaskStore(stack.client("dynamodb"), table)
    store.add_token(digest(token), TokenOwner("ann"), NOW)
    stack.user_headers = {"Authorization": f"Bearer {token}"}
    body = json.dumps({"task": "heartbeat", "at": "2096-01-01T00:00:00Z"}).encode()
    status, answer = stack.outside.ask("POST", "/api/v1/tasks/schedule", body, stack.user_headers)
    assert status == 201, answer
    task = json.loads(answer)["id"]

    def made() -> list[str]:
        return [name for name in stack.made_at_run_time() if name.startswith("app")]

    (name,) = eventually(made)
    found = stack.found(name)
    shared = {"Arn": stack.outputs["SCHEDULER_TARGET_ARN"], "RoleArn": stack.outputs["SCHEDULER_TARGET_ROLE_ARN"]}
    stack.client("scheduler").update_schedule(
        Name=name,
        GroupName=found["GroupName"],
        ScheduleExpression=found["ScheduleExpression"],
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={**found["Target"], **shared},
    )
    return task, name


def bury(stack: Stack, schedule: dict[str, Any]) -> None:
    """Give a call up as EventBridge Scheduler does, with the schedule's role."""
    time = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = schedule["Target"]["Input"].replace("<aws.scheduler.schedule-arn>", schedule["Arn"])
    attributes = {"ERROR_CODE": "AWS.Scheduler.InternalServerError", "SCHEDULE_ARN": schedule["Arn"]}
    stack.as_scheduler("sqs", schedule["Target"]["RoleArn"]).send_message(
        QueueUrl=stack.outputs["scheduler_dlq_url"],
        MessageBody=text.replace("<aws.scheduler.scheduled-time>", time),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value}
            for name, value in {**attributes, "SCHEDULED_TIME": time}.items()
        },
    )
    stack.client("scheduler").delete_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])


def replayed(stack: Stack) -> list[str | None]:
    """The schedules of the undelivered calls, each of which is replayed."""
    reached = find_stack(stack, Names(NAMESPACE, "dev", stack.emulator.region))
    with UndeliveredQueues(reached) as queues:
        calls = queues.read(10)
        for number, call in enumerate(calls):
            replay(reached, queues, call, NOW, f"replay-{number}")
    return [call.schedule for call in calls]
