"""The AWS provider that the real engine talks to: the table of resource types behind Pulumi's provider protocol.

The protocol is pulumi/proto/pulumi/provider.proto. Compared are plain inputs: a green walk shows that program and
engine agree, not what the Terraform provider's own comparison would say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local.engine.values import UNKNOWN, decode, has_unknown
from local.real_engine.comparison import changed_inputs, recorded_inputs
from local.resources import INVOKES, RESOURCE_TYPES, ResourceType, is_gone

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from local.clients import Clients

_NO_LIMIT = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Creates, reads, updates and deletes by the table; relative paths of packages are taken from *folder*."""

    def __init__(self, aws: Clients, folder: Path) -> None:
        self._aws = aws
        self._folder = folder

    # The names of the methods are the protocol's.

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Agree to be used by an engine that did not start this process."""
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The version of the SDK that it stands for, which is what the program asks for."""
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi-aws"))

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take the provider's settings as they are."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """No setting needs another provider: there is one emulator."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Previews are supported; secrets are kept by the engine, which hides them from here."""
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing to do: every call to the emulator is short."""
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Answer a function of the table."""
        if request.tok not in INVOKES:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f'"{request.tok}" is not in local/resources/invokes.py')
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").update(INVOKES[request.tok](self._aws, decode(request.args, self._folder)))
        return answer

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take the inputs as they are, with a name where the program gave none: the old one, or a new one."""
        kind = _kind(request.urn, context)
        inputs = _copy(request.news)
        key = kind.name_key
        if key and key not in inputs.fields:
            old = request.olds.fields[key].string_value if key in request.olds.fields else ""
            inputs.update({key: old or f"{request.urn.rpartition('::')[2]}-{request.randomSeed.hex()[:7]}"})
        return provider_pb2.CheckResponse(inputs=inputs)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Compare the inputs; what AWS cannot change needs a replacement."""
        kind = _kind(request.urn, context)
        changed = changed_inputs(request.old_inputs, request.news)
        replaced = sorted(changed & kind.replace_on)
        answer = provider_pb2.DiffResponse
        return answer(
            changes=answer.DIFF_SOME if changed else answer.DIFF_NONE,
            diffs=sorted(changed),
            replaces=replaced,
            deleteBeforeReplace=bool(replaced) and self._in_the_way(kind, request),
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make it, and tell what AWS computed; a preview tells nothing, and so leaves that unknown."""
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        kind, inputs = _kind(request.urn, context), self._inputs(request.properties)
        with _Refusals(context):
            identity = kind.create(self._aws, inputs)
            outputs = kind.read(self._aws, identity, inputs) or {}
        return provider_pb2.CreateResponse(id=identity, properties=_joined(request.properties, outputs))

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Change it; a preview keeps what AWS computed, but for what the change will compute again."""
        kind = _kind(request.urn, context)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=_foreseen(kind, request))
        changed, inputs = changed_inputs(request.old_inputs, request.news), self._inputs(request.news)
        with _Refusals(context):
            kind.change(self._aws, request.id, inputs, changed)
            outputs = kind.read(self._aws, request.id, inputs) or {}
        return provider_pb2.UpdateResponse(properties=_joined(request.news, outputs))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Tell how it really is; nothing, when it is gone."""
        kind, inputs = _kind(request.urn, context), recorded_inputs(request.inputs)
        with _Refusals(context):
            try:
                outputs = kind.read(self._aws, request.id, inputs)
                found = None if outputs is None else kind.observe(self._aws, request.id, inputs)
            except ClientError as error:
                if not is_gone(error):
                    raise
                outputs = found = None
        if outputs is None or found is None:
            return provider_pb2.ReadResponse()
        really = _joined(request.inputs, {key: value for key, value in found.items() if value != inputs.get(key)})
        return provider_pb2.ReadResponse(id=request.id, inputs=really, properties=_joined(really, outputs))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Delete it; one that is gone already is not a failure."""
        kind = _kind(request.urn, context)
        with _Refusals(context):
            try:
                kind.delete(self._aws, request.id, recorded_inputs(request.old_inputs))
            except ClientError as error:
                if not is_gone(error):
                    raise
        return empty_pb2.Empty()

    def _inputs(self, properties: struct_pb2.Struct) -> dict[str, Any]:
        return decode(properties, self._folder)

    def _in_the_way(self, kind: ResourceType, request: Any) -> bool:
        """Whether old and new would have one name, which AWS allows once."""
        new = self._inputs(request.news)
        return not has_unknown(new) and kind.claim(new) == kind.claim(recorded_inputs(request.old_inputs))


def serve(provider: Provider) -> Served:
    """Serve on a port of loopback that is free."""
    server = grpc.server(ThreadPoolExecutor(16), options=_NO_LIMIT)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return Served(server, port)


class Served:
    """A provider that listens at *port* for as long as the `with` block."""

    def __init__(self, server: grpc.Server, port: int) -> None:
        self._server = server
        self.port = port

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop(None).wait()


class _Refusals:
    """Tells the engine what AWS, or the table, refuses."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, KeyError):
            self._context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"the input {error} is missing")
        if isinstance(error, (ClientError, BotoCoreError, OSError, ValueError)):
            self._context.abort(grpc.StatusCode.UNKNOWN, str(error))


def _kind(urn: str, context: Any) -> ResourceType:
    resource_type = urn.split("::")[2].rpartition("$")[2]
    if resource_type not in RESOURCE_TYPES:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED, f'"{resource_type}" is not in local/resources/: add a class for it'
        )
    return RESOURCE_TYPES[resource_type]


def _copy(properties: struct_pb2.Struct) -> struct_pb2.Struct:
    copied = struct_pb2.Struct()
    copied.CopyFrom(properties)
    return copied


def _joined(properties: struct_pb2.Struct, more: Mapping[str, Any]) -> struct_pb2.Struct:
    joined = _copy(properties)
    joined.update(json.loads(json.dumps(more, default=str)))
    return joined


def _foreseen(kind: ResourceType, request: Any) -> struct_pb2.Struct:
    """The new inputs, and what AWS had computed; a key that the change computes again is unknown."""
    foreseen = _copy(request.news)
    for key, value in request.olds.fields.items():
        if key not in request.news.fields and key not in request.old_inputs.fields:
            foreseen.fields[key].CopyFrom(value)
    foreseen.update(dict.fromkeys(kind.computed_by_change, UNKNOWN))
    return foreseen
