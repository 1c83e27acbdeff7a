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
]
CHANGES = [
    "lambda:CreateFunction",
    "lambda:CreateEventSourceMapping",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:PutDashboard",
]
BESIDE = {"deploy": [*NAMELESS, *CHANGES], "preview": NAMELESS}
ROLES = {"deploy": ("ReadPolicy", "WritePolicy"), "preview": ("ReadPolicy",)}


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

    def client(self, role: str | None = None) -> Any:
        """The client of API Gateway in a role, or as the account itself."""
        if role is None:
            return self._emulator.client("apigatewayv2")
        session = boto3.Session(*self._keys[role], region_name=self._emulator.region)
        made: Any = session.client("apigatewayv2", endpoint_url=self._emulator.endpoint)
        return made

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
        settings = {f"schedule-catalog:{key}": value for key, value in config.items()}
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
