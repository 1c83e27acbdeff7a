from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local.clients import Clients
from local.engine.values import UNKNOWN
from local.real_engine.provider import Provider, serve

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

QUEUE = "urn:pulumi:dev::walk::walk:index:Part$aws:sqs/queue:Queue::jobs"
FUNCTION = "urn:pulumi:dev::walk::aws:lambda/function:Function::answer"
NONE, SOME = provider_pb2.DiffResponse.DIFF_NONE, provider_pb2.DiffResponse.DIFF_SOME


class Engine:
    """Calls a provider as the engine does; inputs and outputs are plain mappings."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)

    def check(self, urn: str, inputs: dict[str, Any], old: dict[str, Any] | None = None) -> dict[str, Any]:
        request = provider_pb2.CheckRequest(
            urn=urn, news=struct(inputs), olds=struct(old or {}), randomSeed=b"\x01\x02\x03\x04"
        )
        return plain(self.stub.Check(request).inputs)

    def diff(self, urn: str, old: dict[str, Any], new: dict[str, Any]) -> Any:
        return self.stub.Diff(provider_pb2.DiffRequest(urn=urn, old_inputs=struct(old), news=struct(new)))

    def create(self, urn: str, inputs: dict[str, Any], *, preview: bool = False) -> tuple[str, dict[str, Any]]:
        made = self.stub.Create(provider_pb2.CreateRequest(urn=urn, properties=struct(inputs), preview=preview))
        return made.id, plain(made.properties)

    def update(
        self, urn: str, identity: str, old: dict[str, Any], new: dict[str, Any], outputs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """A preview where *outputs* are given: those of before."""
        request = provider_pb2.UpdateRequest(
            urn=urn, id=identity, old_inputs=struct(old), news=struct(new), olds=struct(outputs or {})
        )
        request.preview = outputs is not None
        return plain(self.stub.Update(request).properties)

    def read(self, urn: str, identity: str, inputs: dict[str, Any]) -> Any:
        return self.stub.Read(provider_pb2.ReadRequest(urn=urn, id=identity, inputs=struct(inputs)))

    def delete(self, urn: str, identity: str, inputs: dict[str, Any]) -> None:
        self.stub.Delete(provider_pb2.DeleteRequest(urn=urn, id=identity, old_inputs=struct(inputs)))


def struct(values: dict[str, Any]) -> Struct:
    made = Struct()
    made.update(values)
    return made


def plain(values: Struct) -> dict[str, Any]:
    return MessageToDict(values)


@pytest.fixture(scope="module")
def aws(emulator: Emulator) -> Clients:
    return Clients(emulator.endpoint, emulator.region)


@pytest.fixture(scope="module")
def engine(aws: Clients, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("program")
    (folder / "code").mkdir()
    (folder / "code" / "handler.py").write_text("def handle(event, context): return 1\n")
    with serve(Provider(aws, folder)) as served, grpc.insecure_channel(f"127.0.0.1:{served.port}") as channel:
        yield Engine(channel)


def queues(aws: Clients) -> list[str]:
    return aws.client("sqs").list_queues().get("QueueUrls", [])


def test_it_lets_an_engine_attach_that_did_not_start_it(engine: Engine) -> None:
    assert engine.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1")) == empty_pb2.Empty()
    assert engine.stub.Configure(provider_pb2.ConfigureRequest()).supportsPreview
    assert engine.stub.GetPluginInfo(empty_pb2.Empty()).version


def test_a_resource_is_created_changed_and_deleted_in_the_engines_order(engine: Engine, aws: Clients) -> None:
    wanted = engine.check(QUEUE, {"name": "ordered", "delaySeconds": 1})
    assert engine.create(QUEUE, wanted, preview=True) == ("", wanted)
    assert queues(aws) == []
    identity, outputs = engine.create(QUEUE, wanted)
    assert outputs["arn"].endswith(":ordered")
    changed = engine.check(QUEUE, {"name": "ordered", "delaySeconds": 2}, wanted)
    assert list(engine.diff(QUEUE, wanted, changed).diffs) == ["delaySeconds"]
    engine.update(QUEUE, identity, wanted, changed)
    told = aws.client("sqs").get_queue_attributes(QueueUrl=identity, AttributeNames=["DelaySeconds"])
    assert told["Attributes"]["DelaySeconds"] == "2"
    engine.delete(QUEUE, identity, changed)
    assert queues(aws) == []
    engine.delete(QUEUE, identity, changed)  # gone already is no failure


def test_a_name_that_the_program_leaves_out_is_made_once_and_kept(engine: Engine) -> None:
    first = engine.check(QUEUE, {})
    assert first == {"name": "jobs-0102030"}
    assert engine.check(QUEUE, {"delaySeconds": 3}, {"name": "jobs-before"})["name"] == "jobs-before"


def test_what_is_as_it_was_does_not_differ(engine: Engine) -> None:
    assert engine.diff(QUEUE, {"name": "q", "delaySeconds": 1}, {"delaySeconds": 1, "name": "q"}).changes == NONE


def test_what_aws_cannot_change_is_replaced_and_the_old_one_goes_first_only_where_the_name_stays(
    engine: Engine,
) -> None:
    renamed = engine.diff(QUEUE, {"name": "old"}, {"name": "new"})
    assert (list(renamed.replaces), renamed.deleteBeforeReplace) == (["name"], False)
    same_name = engine.diff(QUEUE, {"name": "q", "fifoQueue": False}, {"name": "q", "fifoQueue": True})
    assert (list(same_name.replaces), same_name.deleteBeforeReplace) == (["fifoQueue"], True)
    edited = engine.diff(QUEUE, {"name": "q"}, {"name": "q", "tags": {"a": "b"}})
    assert (edited.changes, list(edited.replaces)) == (SOME, [])


def test_a_package_is_compared_by_its_hash_not_by_its_folder(engine: Engine) -> None:
    def function(path: str, digest: str) -> dict[str, Any]:
        marker = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7"}
        return {"name": "f", "code": {**marker, "path": path, "hash": digest}}

    assert engine.diff(FUNCTION, function("here", "1"), function("there", "1")).changes == NONE
    assert engine.diff(FUNCTION, function("here", "1"), function("here", "2")).changes == SOME


def test_the_preview_of_an_update_keeps_what_stays_and_leaves_open_what_the_change_computes(engine: Engine) -> None:
    old, new = {"name": "f", "timeout": 3}, {"name": "f", "timeout": 5}
    before = {**old, "arn": "arn:f", "version": "1"}
    foreseen = engine.update(FUNCTION, "f", old, new, outputs=before)
    assert (foreseen["timeout"], foreseen["arn"], foreseen["version"]) == (5, "arn:f", UNKNOWN)


def test_a_function_is_made_from_a_folder_beside_the_program(engine: Engine, aws: Clients) -> None:
    code = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", "path": "code", "hash": "1"}
    rest = {"handler": "handler.handle", "runtime": "python3.13", "role": "arn:aws:iam::000000000000:role/r"}
    identity, _ = engine.create(FUNCTION, {"name": "answer", "code": code, **rest})
    assert aws.client("lambda").invoke(FunctionName="answer")["Payload"].read() == b"1"
    engine.delete(FUNCTION, identity, {"name": "answer", "code": {**code, "path": "moved-away"}})


def test_a_refresh_tells_what_was_changed_by_hand_and_what_is_gone(engine: Engine, aws: Clients) -> None:
    inputs = {"name": "drifting", "delaySeconds": 1}
    identity, _ = engine.create(QUEUE, inputs)
    assert plain(engine.read(QUEUE, identity, inputs).inputs) == inputs
    aws.client("sqs").set_queue_attributes(QueueUrl=identity, Attributes={"DelaySeconds": "7"})
    assert plain(engine.read(QUEUE, identity, inputs).inputs) == {"name": "drifting", "delaySeconds": 7}
    aws.client("sqs").delete_queue(QueueUrl=identity)
    assert engine.read(QUEUE, identity, inputs).id == ""


def test_what_aws_refuses_is_said_in_its_words(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError) as refusal:
        engine.create(
            "urn:pulumi:dev::walk::aws:sqs/queuePolicy:QueuePolicy::p", {"queueUrl": "http://x/none", "policy": "{}"}
        )
    assert "NonExistentQueue" in str(refusal.value) or "does not exist" in str(refusal.value)


def test_a_missing_input_is_named(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError) as refusal:
        engine.create("urn:pulumi:dev::walk::aws:iam/role:Role::r", {"name": "r"})
    assert "INVALID_ARGUMENT" in str(refusal.value)
    assert "assumeRolePolicy" in str(refusal.value)


def test_a_type_or_function_that_is_not_in_the_table_is_named(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError) as refusal:
        engine.check("urn:pulumi:dev::walk::aws:s3/bucket:Bucket::b", {})
    assert "aws:s3/bucket:Bucket" in str(refusal.value)
    with pytest.raises(grpc.RpcError) as refusal:
        engine.stub.Invoke(provider_pb2.InvokeRequest(tok="aws:s3/getBucket:getBucket"))
    assert "aws:s3/getBucket:getBucket" in str(refusal.value)


def test_a_function_of_the_table_is_answered(engine: Engine) -> None:
    token = "aws:index/getCallerIdentity:getCallerIdentity"
    answer = engine.stub.Invoke(provider_pb2.InvokeRequest(tok=token))
    assert plain(getattr(answer, "return"))["accountId"] == "000000000000"


def test_a_browsers_request_is_not_one_of_the_engines(aws: Clients, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A browser speaks HTTP/2 over TLS only, and what it sends without TLS is not heard here."""
    with serve(Provider(aws, tmp_path_factory.mktemp("heard"))) as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
        connection.request("POST", "/pulumirpc.ResourceProvider/Create", b"{}", {"Content-Type": "text/plain"})
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            connection.getresponse()
        connection.close()
