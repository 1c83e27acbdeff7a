"""Programs of tests, each deployed as a stack of its own to the emulator that a module's tests share."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.deployer import Deployer, Program

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator
    from local.engine.deployment import Deployment
    from local.program_process import ProgramProcess

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
HEAD = f"""
import json
import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions as Options
TRUST = '''{TRUST}'''
POLICY = '{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}]}}'
stack = pulumi.get_stack()
def role(**kw): return aws.iam.Role("role", **{{"name": f"{{stack}}-role", "assume_role_policy": TRUST, **kw}})
def group(): return aws.scheduler.ScheduleGroup("group", name=f"{{stack}}-group")
def schedule(name, group, arn, *, expression="rate(1 minute)", **kw):
    target = {{"arn": arn, "role_arn": "arn:aws:iam::000000000000:role/x"}}
    return aws.scheduler.Schedule(name, name=name, group_name=group.name, schedule_expression=expression,
        flexible_time_window={{"mode": "OFF"}}, target=target, **kw)
"""
QUEUE_ARN = "arn:aws:sqs:eu-central-1:000000000000:q"


class Stack:
    """A program of one test, deployed as a stack of its own to the emulator that the tests share."""

    def __init__(self, folder: Path, name: str, emulator: Emulator, process: ProgramProcess) -> None:
        self.folder = folder
        self.name = name
        self.emulator = emulator
        (folder / "Pulumi.yaml").write_text("name: test\nruntime: python\n")
        self.settings("config: {}")
        self.deployer = Deployer(
            Program(folder, name),
            emulator,
            folder / "state",
            api_endpoint="http://127.0.0.1:9",
            process=process,
        )

    def settings(self, text: str) -> None:
        (self.folder / f"Pulumi.{self.name}.yaml").write_text(text)

    def up(self, program: str) -> Deployment:
        (self.folder / "__main__.py").write_text(HEAD + textwrap.dedent(program))
        return self.deployer.deploy()

    def client(self, service: str) -> Any:
        return self.emulator.client(service)

    @property
    def state(self) -> str:
        return (self.folder / "state" / f"{self.name}.jsonl").read_text()

    def schedules(self) -> list[str]:
        groups = self.client("scheduler").list_schedules(MaxResults=100)["Schedules"]
        return sorted(one["Name"] for one in groups if one["GroupName"].startswith(self.name))


def operations(deployment: Deployment) -> dict[str, str]:
    assert deployment.succeeded, (deployment.error, [str(failure) for failure in deployment.failures])
    return {change.name: change.operation for change in deployment.changes}
