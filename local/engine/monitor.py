"""Servicers of a deployment for Pulumi's runtime, called in the program's own process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import engine_pb2, resource_pb2

from local.engine.deployment import Failure
from local.engine.reconciler import Reconciler, ResourceError
from local.engine.values import decode, has_unknown, mask, reveal, secret_property
from local.engine.wanted import Wanted, urn_of, wanted_of
from local.resources import INVOKES

if TYPE_CHECKING:
    from local.clients import Clients
    from local.engine.state import DeployedResource

# Only what is implemented here: the SDK falls back, or says itself that it cannot do the rest.
_FEATURES = (resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,)
_STACK = "pulumi:pulumi:Stack"
_PROVIDER = "pulumi:providers:"
_HTTP_API = "aws:apigatewayv2/api:Api"


class Monitor:
    """The ResourceMonitor service of one deployment; its methods are called from several threads at once.

    A resource that fails does not stop those that do not depend on it. `api_endpoint` is every HTTP API's URL.
    """

    def __init__(
        self,
        *,
        stack: str,
        project: str,
        folder: Path,
        aws: Clients,
        reconciler: Reconciler,
        api_endpoint: str | None,
        fail: Callable[[Failure], None],
    ) -> None:
        self.outputs: dict[str, Any] = {}
        self.seen: set[str] = set()
        self._names = (stack, project)
        self._folder = folder
        self._aws = aws
        self._reconciler = reconciler
        self._api_endpoint = api_endpoint
        self._fail = fail
        self._failed: set[str] = set()
        self._lock = threading.Lock()

    # The names of the methods are the protocol's: pulumi/proto/pulumi/resource.proto.

    def GetDeploymentInfo(self, request: object) -> Any:  # noqa: N802
        """Features of this monitor."""
        return resource_pb2.DeploymentInfo(supportedFeatures=_FEATURES)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        """Make a resource; components are only given a URN."""
        urn = urn_of(*self._names, request.parent, request.type, request.name)
        if not self._first_of(urn, request):
            return _failed(urn)
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        if request.type.startswith(_PROVIDER):
            return resource_pb2.RegisterResourceResponse(urn=urn, id=request.name, object=request.object)
        return self._made(request, urn)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        """Keep the outputs of the stack."""
        if f"::{_STACK}::" in request.urn:
            self.outputs = mask(decode(request.outputs, self._folder))
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        """Answer a function of the provider; LookupError for one that is not in the table."""
        if request.tok not in INVOKES:
            raise LookupError(f'the laptop cannot answer "{request.tok}" yet: add it to local/resources/invokes.py')
        answer = resource_pb2.ResourceInvokeResponse()
        given = reveal(decode(request.args, self._folder))
        getattr(answer, "return").update(INVOKES[request.tok](self._aws, given))
        return answer

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """Refuse: nothing exists on the laptop that this program did not make."""
        raise LookupError(f'"{request.name}" cannot be read: the laptop knows only what this program makes')

    def SignalAndWaitForShutdown(self, request: object) -> Any:  # noqa: N802
        """Let the program end: no hook is waited for."""
        return empty_pb2.Empty()

    def _first_of(self, urn: str, request: Any) -> bool:
        with self._lock:
            first = urn not in self.seen
            self.seen.add(urn)
        if not first:
            self._refuse(
                urn, request.type, request.name, f"two resources of the program have the URN {urn}: rename one"
            )
        return first

    def _made(self, request: Any, urn: str) -> Any:
        wanted = wanted_of(request, urn, self._folder)
        if missing := self._missing(wanted):
            self._refuse(urn, wanted.type, wanted.name, f"was left as it is, because {missing} failed")
            return _failed(urn)
        try:
            entry = self._reconciler.apply(wanted)
        except ResourceError as error:
            self._refuse(urn, wanted.type, wanted.name, str(error))
            return _failed(urn)
        return self._answer(request, entry)

    def _missing(self, wanted: Wanted) -> str | None:
        """The name of a failed resource that this one depends on."""
        needed = {*wanted.dependencies, *(urn for urns in wanted.property_dependencies.values() for urn in urns)}
        with self._lock:
            failed = sorted(urn for urn in needed if urn in self._failed)
        if failed:
            return f'"{failed[0].rpartition("::")[2]}"'
        return "something it depends on" if has_unknown(dict(wanted.inputs)) else None

    def _refuse(self, urn: str, resource_type: str, name: str, message: str) -> None:
        with self._lock:
            self._failed.add(urn)
        self._fail(Failure(urn, resource_type, name, message))

    def _answer(self, request: Any, entry: DeployedResource) -> Any:
        """Inputs come back as they were sent, secrets included; what AWS computed is added."""
        answer = resource_pb2.RegisterResourceResponse(urn=entry.urn, id=entry.id, object=request.object)
        outputs = {**_own_name(request.object, entry), **entry.outputs}
        if entry.type == _HTTP_API and self._api_endpoint is not None:
            outputs["apiEndpoint"] = self._api_endpoint
        answer.object.update(outputs)
        for key in request.additionalSecretOutputs:
            if key in outputs:
                answer.object.update({key: secret_property(outputs[key])})
        return answer


def _own_name(sent: struct_pb2.Struct, entry: DeployedResource) -> Mapping[str, Any]:
    """The name that the engine made up, where the program gave none."""
    return {key: value for key, value in entry.inputs.items() if isinstance(value, str) and key not in sent.fields}


def _failed(urn: str) -> Any:
    return resource_pb2.RegisterResourceResponse(urn=urn, result=resource_pb2.Result.FAIL)


class EngineLog:
    """The Engine service of one deployment: it hears what the program logs."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def Log(self, request: Any) -> Any:  # noqa: N802
        """Keep warnings and errors."""
        if request.severity in (engine_pb2.WARNING, engine_pb2.ERROR):
            self.warnings.append(request.message)
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, request: object) -> Any:  # noqa: N802
        """Agree: there is no CLI here whose version could be wrong."""
        return engine_pb2.RequirePulumiVersionResponse()
