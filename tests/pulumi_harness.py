"""Runs the real Pulumi program under Pulumi's own runtime, with an engine that only writes down what it is asked.

Every run has a context and an event loop of its own, so that no stack, setting or exception leaks into the next one.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import json
import os
import runpy
import warnings
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import grpc
import pulumi
import pulumi_aws
from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockEngine
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import Settings, set_root_resource
from pulumi.runtime.stack import run_in_stack

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the provider warns of its own renamed classes
    assert pulumi_aws.lambda_.Function

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "123456789012"
REGION = "eu-west-1"
NOW = "2027-01-05T12:00:00Z"
_FEATURES = [resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS, resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES]


@dataclass(frozen=True)
class Resource:
    """One resource as the program registered it; inputs have Pulumi's names, unknown ones are `Unknown`."""

    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    protect: bool
    delete_before_replace: bool
    depends_on: frozenset[str]
    ignore_changes: tuple[str, ...]
    stack_trace: tuple[str, ...] = field(compare=False)
    """The files of its frames, the innermost first."""


@dataclass(frozen=True)
class Deployment:
    """What one run of the program asked for, by type and logical name; the outputs of components by their name."""

    resources: dict[tuple[str, str], Resource]
    outputs: dict[str, Any]
    component_outputs: dict[str, dict[str, Any]]

    def __getitem__(self, key: tuple[str, str]) -> Resource:
        return self.resources[key]

    def of_type(self, type_: str) -> dict[str, Resource]:
        return {resource.name: resource for resource in self.resources.values() if resource.type == type_}


class Refusal(grpc.RpcError):
    """What the engine answers when the provider fails."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return str(self)


class RecordingMonitor:
    """Pulumi's resource monitor, without an engine: answers what AWS would compute, or in a preview nothing.

    It is called from several threads at once.
    """

    def __init__(self, preview: bool, parameters: Mapping[str, str] | None = None) -> None:
        self.registered: list[Any] = []
        self.completed: list[Any] = []
        self._preview = preview
        self._parameters = parameters or {}

    def GetDeploymentInfo(self, _request: object) -> resource_pb2.DeploymentInfo:  # noqa: N802
        return resource_pb2.DeploymentInfo(supportedFeatures=_FEATURES)

    def Invoke(self, request: Any) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        response = resource_pb2.ResourceInvokeResponse()
        ParseDict(_INVOKES.get(request.tok) or self._parameter(request.args["name"]), getattr(response, "return"))
        return response

    def _parameter(self, name: str) -> dict[str, Any]:
        if name not in self._parameters:
            raise Refusal(f"reading SSM Parameter ({name}): couldn't find resource")
        return {"id": name, "name": name, "type": "String", "insecureValue": self._parameters[name]}

    def RegisterResource(self, request: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802
        self.registered.append(request)
        response = resource_pb2.RegisterResourceResponse(urn=_urn(request), object=request.object)
        if request.custom and not self._preview:
            computed = _computed(request.type, MessageToDict(request.object))
            response.object.update(computed)
            response.id = str(computed.get("id", request.name))
        return response

    def RegisterResourceOutputs(self, request: Any) -> empty_pb2.Empty:  # noqa: N802
        self.completed.append(request)
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, _request: object) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()

    def deployment(self) -> Deployment:
        """What was asked for, all in all; needs an event loop, as Pulumi's values do."""
        # In an order of their own: the program's threads have another one in every run.
        resources = sorted(map(_resource, self.registered), key=lambda resource: (resource.type, resource.name))
        by_key = {(resource.type, resource.name): resource for resource in resources}
        assert len(by_key) == len(resources), "the program registers a resource twice"
        completed = {_name(request.urn): _values(request.outputs) for request in self.completed}
        (root,) = (resource.name for resource in resources if resource.type == "pulumi:pulumi:Stack")
        return Deployment(by_key, completed.pop(root), completed)


class Untouched(RecordingMonitor):
    """Fails when a resource is registered."""

    def RegisterResource(self, request: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802
        assert request.type == "pulumi:pulumi:Stack", request.name
        return super().RegisterResource(request)


def run_program(
    config: Mapping[str, object],
    *,
    stack: str = "dev",
    project: str = "schedule-catalog",
    preview: bool = False,
    secret_keys: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
    program: Callable[[], None] = lambda: _program(),
    monitor: Callable[[bool], RecordingMonitor] = RecordingMonitor,
) -> Deployment:
    """Run `__main__.py` with `schedule-catalog:` configuration, or a part of it; whatever it raises is raised here."""
    given = {key: value for key, value in {"now": NOW, **config}.items() if value is not None}
    texts = {f"schedule-catalog:{key}": _config_text(value) for key, value in given.items()}
    secret = [f"schedule-catalog:{key}" for key in secret_keys]
    with _process({"PULUMI_ERROR_OUTPUT_STRING": "true", **(environment or {})}):
        return contextvars.copy_context().run(_run, program, monitor(preview), texts, secret, (project, stack), preview)


def _run(
    program: Callable[[], None],
    monitor: RecordingMonitor,
    config: dict[str, str],
    secret: list[str],
    names: tuple[str, str],
    preview: bool,
) -> Deployment:
    Settings(project=names[0], stack=names[1], monitor=monitor, engine=MockEngine(None), dry_run=preview)
    set_root_resource(None)  # pyright: ignore[reportArgumentType]
    pulumi.runtime.set_all_config(config, secret)
    with _own_event_loop() as loop:
        loop.run_until_complete(run_in_stack(program))
        return monitor.deployment()


def _program() -> None:
    runpy.run_path(str(ROOT / "__main__.py"))


@contextmanager
def _own_event_loop() -> Generator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        asyncio.set_event_loop(None)


@contextmanager
def _process(environment: Mapping[str, str]) -> Generator[None]:
    """The program has its process to itself, and may tune the collector: all of it is put back.

    An Output in a text is an error.
    """
    before, thresholds = dict(os.environ), gc.get_threshold()
    os.environ.update(environment)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        os.environ.clear()
        os.environ.update(before)


def _config_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _resource(request: Any) -> Resource:
    return Resource(
        type=request.type,
        name=request.name,
        inputs=_values(request.object),
        parent=_name(request.parent),
        protect=request.protect,
        delete_before_replace=request.deleteBeforeReplace,
        depends_on=frozenset(map(_name, request.dependencies)),
        ignore_changes=tuple(request.ignoreChanges),
        stack_trace=tuple(frame.pc.uri for frame in request.stackTrace.frames),
    )


def _urn(request: Any) -> str:
    types = f"{request.parent.split('::')[2]}${request.type}" if request.parent else request.type
    return f"urn:pulumi:dev::schedule-catalog::{types}::{request.name}"


def _name(urn: str) -> str:
    return urn.split("::")[-1]


def _values(struct: struct_pb2.Struct) -> dict[str, Any]:
    return rpc.deserialize_properties(struct, keep_unknowns=True)


_INVOKES: dict[str, dict[str, object]] = {
    "aws:iam/getOutboundWebIdentityFederation:getOutboundWebIdentityFederation": {
        "id": "x",
        "issuerIdentifier": "https://a1b2c3d4.tokens.sts.global.api.aws",
    },
    "aws:servicequotas/getServiceQuota:getServiceQuota": {"id": "x", "value": 1000},
    "aws:ec2/getSubnet:getSubnet": {"id": "subnet-1", "vpcId": "vpc-1"},
    "aws:ec2/getVpcEndpoint:getVpcEndpoint": {"id": "vpce-1", "privateDnsEnabled": False},
    "aws:index/getCallerIdentity:getCallerIdentity": {
        "id": ACCOUNT,
        "accountId": ACCOUNT,
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/session",
        "userId": "AROAEXAMPLE:session",
    },
    "aws:index/getRegion:getRegion": {
        "id": REGION,
        "region": REGION,
        "name": REGION,
        "description": "Europe (Ireland)",
        "endpoint": f"ec2.{REGION}.amazonaws.com",
    },
}


def _computed(type_: str, inputs: dict[str, Any]) -> dict[str, str]:
    """What AWS answers to a creation, for what the program reads of it."""
    compute = _COMPUTED.get(type_)
    return compute(inputs) if compute else {}


def _arn(service: str, thing: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{thing}"


def _function(inputs: dict[str, Any]) -> dict[str, str]:
    arn = _arn("lambda", f"function:{inputs['name']}")
    invoke = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
    return {"id": inputs["name"], "arn": arn, "version": "7", "invokeArn": invoke}


_COMPUTED: dict[str, Any] = {
    "aws:scheduler/scheduleGroup:ScheduleGroup": lambda i: {"arn": _arn("scheduler", f"schedule-group/{i['name']}")},
    "aws:sqs/queue:Queue": lambda i: {
        "arn": _arn("sqs", i["name"]),
        "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{i['name']}",
    },
    "aws:iam/policy:Policy": lambda i: {"arn": f"arn:aws:iam::{ACCOUNT}:policy/{i['name']}"},
    "aws:iam/role:Role": lambda i: {
        "id": i["name"],
        "arn": f"arn:aws:iam::{ACCOUNT}:role{i.get('path', '/')}{i['name']}",
        "uniqueId": f"AROA{sha256(i['name'].encode()).hexdigest()[:17].upper()}",
    },
    "aws:cloudwatch/logGroup:LogGroup": lambda i: {"arn": _arn("logs", f"log-group:{i['name']}")},
    "aws:dynamodb/table:Table": lambda i: {"arn": _arn("dynamodb", f"table/{i['name']}")},
    "aws:secretsmanager/secret:Secret": lambda i: dict.fromkeys(
        ("id", "arn"), _arn("secretsmanager", f"secret:{i['name']}-AbCdEf")
    ),
    "aws:ssm/parameter:Parameter": lambda i: {"arn": _arn("ssm", f"parameter{i['name']}")},
    "aws:lambda/function:Function": _function,
    "aws:lambda/alias:Alias": lambda i: {"arn": _arn("lambda", f"function:{i['functionName']}:{i['name']}")},
    "aws:apigatewayv2/api:Api": lambda _: {
        "id": "a1b2c3",
        "apiEndpoint": f"https://a1b2c3.execute-api.{REGION}.amazonaws.com",
        "executionArn": _arn("execute-api", "a1b2c3"),
    },
    "aws:apigatewayv2/integration:Integration": lambda _: {"id": "i1n2t3"},
}
