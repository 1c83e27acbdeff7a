"""The roles that GitHub's workflows assume, at work: the emulator asks IAM about each of their requests."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.clients import ACCOUNT
from local.emulator.emulator import Emulator
from local.engine.order import Order
from local.options import CHECKOUT
from local.resources import RESOURCE_TYPES
from local.stack_file import read_stack
from tests.infra.bootstrap import template

ALLOW = {"Effect": "Allow"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [ALLOW | {"Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}],
}
# What the emulator asks about without its resource or its condition, and "get one" that it takes for "list".
NAMELESS = [
    "lambda:ListAliases",
    "lambda:ListEventSourceMappings",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetDashboard",
    "cloudwatch:ListTagsForResource",
]
CHANGES = [
    "lambda:CreateFunction",
    "lambda:CreateEventSourceMapping",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
    "cloudwatch:PutDashboard",
]
BESIDE = {"deploy": [*NAMELESS, *CHANGES], "preview": NAMELESS}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [ALLOW | {"Action": "sqs:ListQueues", "Resource": "*"}]})
ROLES = {"deploy": ("ReadPolicy", "WritePolicy", "ApisAndTagsPolicy"), "preview": ("ReadPolicy",)}


@dataclass(frozen=True)
class Deployed:
    """What came of a deployment: the operations on types of resources, and what failed."""

    changed: list[tuple[str, str]]
    failed: dict[str, str]
    error: str | None


class Stand:
    """A checkout's program and a state of its own, deployed in one role or the other."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder = folder / "project"
        self.folder.mkdir()
        for name in ("__main__.py", "Pulumi.yaml", "Pulumi.dev.yaml"):
            shutil.copy(CHECKOUT / name, self.folder)
        shutil.copytree(CHECKOUT / "schedules", self.folder / "schedules")
        for package in ("proxy", "callback"):
            (self.folder / "build/packages" / package).mkdir(parents=True)
            (self.folder / "build/packages" / package / "handler.py").write_text("version = 1\n")
        self._emulator = emulator
        self._keys = {name: self._key(name) for name in ROLES}
        command = [sys.executable, "-m", "tests.local.deploying", emulator.endpoint, emulator.region]
        self._process = subprocess.Popen(
            command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def up(self, role: str, **config: str) -> Deployed:
        """Deploy in a role, with settings of this time; everything that is there is looked at first."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"key": self._keys[role], "order": asdict(self._order(config))}) + "\n")
        self._process.stdin.flush()
        changed, failed, error = list[tuple[str, str]](), dict[str, str](), None
        for line in self._process.stdout or ():
            event = json.loads(line)
            if "change" in event:
                changed.append((event["change"]["operation"], event["change"]["type"]))
            elif "failure" in event:
                failed[event["failure"]["type"]] = event["failure"]["message"]
            elif "end" in event:
                error = event["end"]["error"]
            elif "exit" in event:
                assert event["exit"] == 0
                break
        return Deployed(changed, failed, error)

    def edit(self, edits: dict[str, dict[str, Any]]) -> None:
        """Have the program make each resource of these types with these properties."""
        program = self.folder / "__main__.py"
        program.write_text(program.read_text().replace("import pulumi\n", f"import pulumi\n{EDITOR}", 1))
        (self.folder / "edits.json").write_text(json.dumps(edits))

    def tagged(self, *tags: str) -> dict[str, str]:
        """The setting by which every resource has these tags, each with its own name as its value."""
        return {"aws:defaultTags": json.dumps({"tags": {tag: tag for tag in tags}})}

    def client(self, role: str | None = None) -> Any:
        """The client of API Gateway in a role, or as the account itself."""
        if role is None:
            return self._emulator.client("apigatewayv2")
        session = boto3.Session(*self._keys[role], region_name=self._emulator.region)
        made: Any = session.client("apigatewayv2", endpoint_url=self._emulator.endpoint)
        return made

    def client_of(self, service: str) -> Any:
        """The client of a service, as the account itself."""
        return self._emulator.client(service)

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(20)
        assert self._process.stdout
        self._process.stdout.close()

    def _key(self, name: str) -> list[str]:
        """The credentials of a role with its policies of the template."""
        iam, resources = self._emulator.client("iam"), template(ACCOUNT)["Resources"]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        for policy in ROLES[name]:
            text = json.dumps(resources[policy]["Properties"]["PolicyDocument"])
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text)
        beside = ALLOW | {"Action": BESIDE[name], "Resource": "*"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [beside]})
        iam.put_role_policy(RoleName=name, PolicyName="emulator", PolicyDocument=text)
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        key = self._emulator.client("sts").assume_role(RoleArn=arn, RoleSessionName="github")["Credentials"]
        return [key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"]]

    def _order(self, config: dict[str, str]) -> Order:
        stack = read_stack(self.folder, "dev")
        settings = {key if ":" in key else f"schedule-catalog:{key}": value for key, value in config.items()}
        return Order(
            folder=str(self.folder),
            project=stack.project,
            stack="dev",
            state=str(self.folder.parent / "dev.jsonl"),
            instance=self._emulator.instance,
            config={**stack.config, **settings, "aws:region": self._emulator.region},
            secret_keys=stack.secret_keys,
            api_endpoint="http://127.0.0.1:9",
            verify=True,
        )


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Emulator(tmp_path / "emulator", authorize=True) as emulator:
        stand = Stand(tmp_path, emulator)
        yield stand
        stand.close()


KEY = "aws:secretsmanager/secretVersion:SecretVersion"
# One property of every type, and what it becomes. A key's first version is left as it is by the program itself.
EDITS: dict[str, dict[str, Any]] = {
    "aws:apigatewayv2/api:Api": {"description": "reworded"},
    "aws:apigatewayv2/integration:Integration": {"timeoutMilliseconds": 20000},
    "aws:apigatewayv2/route:Route": {"operationName": "named"},
    "aws:apigatewayv2/stage:Stage": {"description": "reworded"},
    "aws:cloudwatch/dashboard:Dashboard": {"dashboardBody": '{"widgets": []}'},
    "aws:cloudwatch/logGroup:LogGroup": {"retentionInDays": 90},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {"alarmDescription": "reworded"},
    "aws:dynamodb/table:Table": {"deletionProtectionEnabled": False},
    "aws:iam/policy:Policy": {"policy": POLICY},
    "aws:iam/role:Role": {"assumeRolePolicy": json.dumps(TRUST)},
    "aws:iam/rolePolicy:RolePolicy": {"policy": POLICY},
    "aws:lambda/alias:Alias": {"description": "reworded"},
    "aws:lambda/eventSourceMapping:EventSourceMapping": {"batchSize": 2},
    "aws:lambda/function:Function": {"description": "reworded"},
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {"maximumRetryAttempts": 1},
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": {"recursiveLoop": "Terminate"},
    "aws:lambda/permission:Permission": {"principal": "events.amazonaws.com"},
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": {"provisionedConcurrentExecutions": 2},
    "aws:scheduler/schedule:Schedule": {"description": "reworded"},
    "aws:scheduler/scheduleGroup:ScheduleGroup": {"tags": {"team": "billing"}},
    "aws:secretsmanager/secret:Secret": {"description": "reworded"},
    "aws:sqs/queue:Queue": {"visibilityTimeoutSeconds": 600},
    "aws:sqs/queuePolicy:QueuePolicy": {"policy": POLICY},
    "aws:ssm/parameter:Parameter": {"description": "reworded"},
}
# Put before the program: what `edits.json` says of a type is what its resources become.
EDITOR = """
import json, pathlib, pulumi
def _edited(args):
    found = json.loads((pathlib.Path(__file__).parent / "edits.json").read_text()).get(args.type_)
    return found and pulumi.ResourceTransformationResult(props={**args.props, **found}, opts=args.opts)
pulumi.runtime.register_stack_transformation(_edited)
"""
LOG = "aws:cloudwatch/logGroup:LogGroup"


def test_one_role_makes_changes_and_removes_a_stack_and_the_other_looks_at_it(stand: Stand) -> None:
    made = stand.up("deploy")
    assert (made.error, made.failed) == (None, {})
    assert len(made.changed) > 70

    # It sees all but the signing keys, which drift.yml leaves out.
    looked = stand.up("preview")
    assert (looked.error, looked.changed, list(looked.failed)) == (None, [], [KEY])
    refused = stand.up("preview", log_retention_days="90")
    assert refused.changed == []
    assert "PutRetentionPolicy" in refused.failed[LOG]

    shutil.rmtree(stand.folder / "schedules")
    (stand.folder / "schedules").mkdir()
    (stand.folder / "schedules/nothing.yaml").write_text("owner: platform\nschedules: {}\n")
    changed = stand.up("deploy", log_retention_days="90")
    assert (changed.error, changed.failed) == (None, {})
    assert set(changed.changed) >= {("update", LOG), ("delete", "aws:scheduler/schedule:Schedule")}


def test_the_role_that_deploys_survives_tags_and_a_change_of_every_type(stand: Stand) -> None:
    proxy = {"provisioned_concurrency": 1, "reserved_concurrency": 20}
    ready = {"proxy": json.dumps(proxy), "applications": json.dumps({"shop": {}})}
    made = stand.up("deploy", **ready, **stand.tagged("cost", "team"))
    assert (made.error, made.failed) == (None, {})
    types = {type_ for _, type_ in made.changed}
    assert types == {*EDITS, KEY}

    for tags in (("cost", "stage"), ()):
        tagged = stand.up("deploy", **ready, **stand.tagged(*tags))
        assert (tagged.error, tagged.failed) == (None, {})
        assert {type_ for _, type_ in tagged.changed} == {type_ for type_ in types if RESOURCE_TYPES[type_].tagging}
        assert {operation for operation, _ in tagged.changed} == {"update"}

    stand.edit(EDITS)
    edited = stand.up("deploy", **ready)
    assert (edited.error, edited.failed) == (None, {})
    assert {type_ for _, type_ in edited.changed} == set(EDITS)


def test_the_role_that_deploys_bounds_roles_and_removes_those_to_which_somebody_attached_a_policy(stand: Stand) -> None:
    iam = stand.client_of("iam")
    policy = iam.create_policy(PolicyName="somebody-s", PolicyDocument=POLICY)["Policy"]["Arn"]
    given = {"applications": json.dumps({"shop": {"retired": True}})}
    assert stand.up("deploy", **given).failed == {}
    role = next(each["RoleName"] for each in iam.list_roles()["Roles"] if "application-shop" in each["RoleName"])

    bounded = stand.up("deploy", **given, permissions_boundary=policy)
    assert (bounded.error, bounded.failed) == (None, {})
    assert iam.get_role(RoleName=role)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == policy
    assert stand.up("deploy", **given).failed == {}
    assert "PermissionsBoundary" not in iam.get_role(RoleName=role)["Role"]

    iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    assert stand.up("deploy", **given).changed == []
    removed = stand.up("deploy")
    assert (removed.error, removed.failed) == (None, {})
    assert ("delete", "aws:iam/role:Role") in removed.changed


def test_the_role_that_deploys_touches_no_api_of_somebody_else(stand: Stand) -> None:
    theirs = stand.client().create_api(Name="payments", ProtocolType="HTTP")["ApiId"]
    deploying = stand.client("deploy")
    ours = deploying.create_api(Name="schedule-catalog-dev-callback", ProtocolType="HTTP")["ApiId"]

    deploying.update_api(ApiId=ours, Description="the project's own")
    deploying.delete_api(ApiId=ours)
    for attack in (
        lambda: deploying.create_api(Name="payments-2", ProtocolType="HTTP"),
        lambda: deploying.update_api(ApiId=theirs, Description="taken over"),
        lambda: deploying.delete_api(ApiId=theirs),
        lambda: deploying.create_authorizer(ApiId=theirs, Name="x", AuthorizerType="JWT", IdentitySource=["$x"]),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            attack()
