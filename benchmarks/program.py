"""CPU time and memory of the Pulumi program, beside the plainest one: `python -m benchmarks.program [COUNT ...]`.

Both run under Pulumi's runtime with an engine that answers at once and keeps nothing. The plainest program declares one
schedule after the other. The contract, for 10,000 entries on two cores: at most 13 s of CPU, loading the catalog not
counted, and at most 250 MB, everything counted. A last line tells how large a schedule is in Pulumi's state, and what a
file or S3 backend writes, which saves all of the state before and after each resource that it makes:
https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/state.go
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import yaml
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import set_all_config
from pulumi.runtime.mocks import MockEngine
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import Settings, configure, set_root_resource
from pulumi.runtime.stack import run_in_stack

from benchmarks import catalogs
from infra.inputs import stack_entries, stack_settings
from schedule_catalog.deployment.arguments import ScheduleArguments, schedule_arguments

COUNTS = (1_000, 10_000)
CONTRACT, LIMIT_SECONDS, LIMIT_MB = 10_000, 13.0, 250
PROGRAM = Path(__file__).parents[1] / "__main__.py"
_STACK = "prod"
_ARN = "arn:aws:service:eu-west-1:123456789012:"
_COMPUTED = {"url": "https://x", "version": "1", "invokeArn": _ARN, "executionArn": _ARN, "apiEndpoint": "https://x"}
_PARENT = "schedule-catalog:index:CatalogSchedules"
_FEATURES = (resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS, resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES)
_TARGET = aws.scheduler.ScheduleTargetArgs
_RETRIES = aws.scheduler.ScheduleTargetRetryPolicyArgs
_KEPT = aws.scheduler.ScheduleTargetDeadLetterConfigArgs
_WINDOW = aws.scheduler.ScheduleFlexibleTimeWindowArgs


@dataclass(frozen=True, slots=True)
class Footprint:
    """Resources of a process: CPU seconds of the program, peak memory in MB; the bytes of its schedules' state."""

    seconds: float
    mb: int
    state: int = 0


def main(arguments: list[str]) -> int:
    """Print a line for each number of entries; 1 when the contract is broken."""
    broken = False
    for count in map(int, arguments) if arguments else COUNTS:
        with tempfile.TemporaryDirectory() as name:
            _write(Path(name), count)
            load, ours, plain, state = (_measured(kind, name) for kind in ("load", "ours", "plain", "state"))
        ours = Footprint(ours.seconds - load.seconds, ours.mb, state.state)
        broken |= count == CONTRACT and (ours.seconds > LIMIT_SECONDS or ours.mb > LIMIT_MB)
        print(_line(count, ours, plain), flush=True)
        print(_state_line(count, ours.state // count), flush=True)
    return int(broken)


def _line(count: int, ours: Footprint, plain: Footprint) -> str:
    ratios = f"{plain.seconds / ours.seconds:.1f} times the CPU, {plain.mb / ours.mb:.1f} times the memory"
    return (
        f"{count:>6} entries: program {ours.seconds:5.1f} s CPU {ours.mb:>4} MB; "
        f"plainest {plain.seconds:5.1f} s CPU {plain.mb:>4} MB ({ratios})"
    )


def _state_line(count: int, size: int) -> str:
    created, edited = size * count * count / 1e9, 2 * size * count / 1e6
    return (
        f"{count:>6} entries: state {size * count / 1e6:.1f} MB, {size} bytes a schedule; "
        f"written to create them all {created:,.1f} GB, to edit one {edited:.1f} MB"
    )


def _write(folder: Path, count: int) -> None:
    """Write the catalog and the configuration that a measurement finds in its folder."""
    catalog = catalogs.write(folder, count, 100)
    for package in ("proxy", "callback"):
        (folder / "packages" / package).mkdir(parents=True)
    given = yaml.safe_load((folder / f"Pulumi.{_STACK}.yaml").read_text("utf-8"))["config"]
    given["schedule-catalog:signing"] = {"callback": {"services": ["callback"], "origins": ["catalog", "adhoc"]}}
    given["schedule-catalog:most_calls_per_minute"] = 100_000
    given["schedule-catalog:catalog"] = str(catalog)
    given["schedule-catalog:packages"] = str(folder / "packages")
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
    (folder / "config.json").write_text(json.dumps(texts))


def _measured(kind: str, folder: str) -> Footprint:
    """Run one kind of program in a process of its own."""
    command = (sys.executable, "-m", "benchmarks.program", kind, folder)
    answer = subprocess.run(command, cwd=PROGRAM.parent, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Footprint(**json.loads(answer.splitlines()[-1]))


def measure(kind: str, folder: Path) -> None:
    """Run one kind of program in this process, and print what it took."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    took: list[float] = []
    monitor = _Bookkeeper() if kind == "state" else _Monitor()

    def ours() -> None:
        took.append(time.process_time())
        if kind == "load":
            _arguments()
        else:
            runpy.run_path(str(PROGRAM))

    def plain() -> None:
        schedules = _arguments()
        took.append(time.process_time())
        _declare(schedules)

    asyncio.run(_run(plain if kind == "plain" else ours, config, monitor))
    seconds, mb = time.process_time() - took[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(asdict(Footprint(seconds, mb, monitor.state))))


async def _run(program: Callable[[], None], config: dict[str, str], monitor: _Monitor) -> None:
    # The packages are empty folders, of which the program warns.
    engine = MockEngine(logging.Logger("engine", logging.ERROR))
    configure(Settings(project="schedule-catalog", stack=_STACK, monitor=monitor, engine=engine, dry_run=False))
    set_root_resource(None)  # pyright: ignore[reportArgumentType]
    set_all_config(config, [])
    await run_in_stack(program)


def _arguments() -> list[ScheduleArguments]:
    settings, now = stack_settings(), datetime.now(UTC)
    return [
        arguments for entry in stack_entries(settings, now) if (arguments := schedule_arguments(entry, now, settings))
    ]


def _declare(schedules: list[ScheduleArguments]) -> None:
    """Declare the schedules as anybody would."""
    group = aws.scheduler.ScheduleGroup("group")
    role = aws.iam.Role("role", assume_role_policy="{}")
    function = aws.lambda_.Function("function", role=role.arn)
    queue = aws.sqs.Queue("queue")
    for each in schedules:
        aws.scheduler.Schedule(
            each.name,
            name=each.name,
            group_name=group.name,
            description=each.description,
            schedule_expression=each.expression,
            schedule_expression_timezone=each.timezone,
            start_date=each.start_date,
            end_date=each.end_date,
            state=each.state,
            action_after_completion="NONE",
            flexible_time_window=_WINDOW(mode="OFF", maximum_window_in_minutes=each.flexible_window_minutes),
            target=_TARGET(
                arn=function.arn,
                role_arn=role.arn,
                input=each.input,
                retry_policy=_RETRIES(maximum_retry_attempts=each.max_retries),
                dead_letter_config=_KEPT(arn=queue.arn),
            ),
            opts=pulumi.ResourceOptions(delete_before_replace=True),
        )


class _Monitor:
    """Pulumi's resource monitor: everything is made at once, and nothing remembered."""

    state = 0

    def GetDeploymentInfo(self, _request: object) -> resource_pb2.DeploymentInfo:  # noqa: N802
        return resource_pb2.DeploymentInfo(supportedFeatures=_FEATURES)

    def Invoke(self, _request: object) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        answer = struct_pb2.Struct()
        answer.update({"accountId": "123456789012", "arn": _ARN, "region": "eu-west-1", "userId": "u", "id": "i"})
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(answer)
        return response

    def RegisterResource(self, request: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802
        urn = f"urn:pulumi:{_STACK}::schedule-catalog::{request.type}::{request.name}"
        response = resource_pb2.RegisterResourceResponse(urn=urn)
        if request.custom:
            response.id = request.name
            response.object.CopyFrom(request.object)
            response.object.update({"arn": f"{_ARN}{request.name}"})
            if not request.type.endswith(":Schedule"):
                response.object.update(_COMPUTED)
        return response

    def RegisterResourceOutputs(self, _request: object) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, _request: object) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()


class _Bookkeeper(_Monitor):
    """Adds up what Pulumi's state would hold of the schedules: compact JSON, as apitype.ResourceV3."""

    def RegisterResource(self, request: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802
        response = super().RegisterResource(request)
        if request.type.endswith(":Schedule"):
            self.state += len(json.dumps(_record(request, response.object), separators=(",", ":"))) + 1
        return response


def _record(request: Any, outputs: Any) -> dict[str, Any]:
    inputs = json_format.MessageToDict(request.object)
    return {
        "urn": f"urn:pulumi:{_STACK}::schedule-catalog::{_PARENT}${request.type}::{request.name}",
        "custom": True,
        "id": f"{inputs['groupName']}/{request.name}",
        "type": request.type,
        "inputs": {**inputs, "__defaults": []},
        "outputs": {**json_format.MessageToDict(outputs), "kmsKeyArn": "", "namePrefix": "", "region": "eu-west-1"},
        "parent": request.parent,
        "dependencies": list(request.dependencies),
        "provider": f"urn:pulumi:{_STACK}::schedule-catalog::pulumi:providers:aws::default_7_51_1::{'0' * 36}",
        "propertyDependencies": {key: list(each.urns) for key, each in request.propertyDependencies.items()},
        "created": "2027-01-05T09:00:00.000000Z",
        "modified": "2027-01-05T09:00:00.000000Z",
        "sourcePosition": _position(request.stackTrace.frames[0]),
        "stackTrace": [{"sourcePosition": _position(frame)} for frame in request.stackTrace.frames],
    }


def _position(frame: Any) -> str:
    return f"{frame.pc.uri.replace(f'file://{PROGRAM.parent}', 'project://')}#{frame.pc.line}"


if __name__ == "__main__":
    if sys.argv[1:2] in (["load"], ["ours"], ["plain"], ["state"]):
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1:]))
