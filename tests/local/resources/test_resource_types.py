"""Each type of resource is created, read, updated and deleted as the provider does it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.engine.archive import Archive
from local.resources import LEFT_OUT, RESOURCE_TYPES, is_gone
from tests.local.resources.inputs import (
    CODE,
    FUNCTION,
    OTHER_CODE,
    OTHER_POLICY,
    OTHER_TRUST,
    POLICY,
    SCHEDULE,
    TABLE,
    TRUST,
    filled,
)

if TYPE_CHECKING:
    from local.clients import Clients

# Type, inputs, and what an edit changes (None: every edit replaces it). "$x" is an attribute of `made`.
CASES: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = [
    (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "case-alarm",
            "namespace": "AWS/SQS",
            "metricName": "ApproximateNumberOfMessagesVisible",
            "dimensions": {"QueueName": "case"},
            "statistic": "Maximum",
            "comparisonOperator": "GreaterThanThreshold",
            "threshold": 0,
            "period": 60,
            "evaluationPeriods": 1,
        },
        {"threshold": 5},
    ),
    (
        "aws:cloudwatch/dashboard:Dashboard",
        {"dashboardName": "case-board", "dashboardBody": '{"widgets": []}'},
        {"dashboardBody": '{"widgets": [], "start": "-PT3H"}'},
    ),
    ("aws:apigatewayv2/api:Api", {"name": "a", "protocolType": "HTTP", "tags": {"k": "v"}}, {"description": "new"}),
    (
        "aws:apigatewayv2/integration:Integration",
        {"apiId": "$api", "integrationType": "AWS_PROXY", "integrationUri": "arn:x", "payloadFormatVersion": "2.0"},
        {"timeoutMilliseconds": 2000},
    ),
    ("aws:apigatewayv2/route:Route", {"apiId": "$api", "routeKey": "GET /x"}, {"target": "integrations/x"}),
    ("aws:apigatewayv2/stage:Stage", {"apiId": "$api", "name": "$default", "autoDeploy": True}, {"description": "new"}),
    ("aws:cloudwatch/logGroup:LogGroup", {"name": "/one", "retentionInDays": 14}, {"retentionInDays": 30}),
    ("aws:cloudwatch/logGroup:LogGroup", {"name": "/two", "tags": {"a": "1"}}, {"tags": {"b": "2"}}),
    ("aws:dynamodb/table:Table", TABLE, {"ttl": {"enabled": True, "attributeName": "until"}}),
    ("aws:iam/policy:Policy", {"name": "p", "policy": POLICY}, {"policy": OTHER_POLICY}),
    ("aws:iam/role:Role", {"name": "r", "assumeRolePolicy": TRUST, "tags": {"a": "1"}}, {"tags": {"b": "2"}}),
    ("aws:iam/role:Role", {"name": "r2", "assumeRolePolicy": TRUST}, {"assumeRolePolicy": OTHER_TRUST}),
    (
        "aws:iam/role:Role",
        {"name": "r3", "assumeRolePolicy": TRUST, "description": "old"},
        {"description": "new", "permissionsBoundary": "$policy"},
    ),
    ("aws:iam/rolePolicy:RolePolicy", {"name": "p", "role": "base-role", "policy": POLICY}, {"policy": OTHER_POLICY}),
    ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": "base-role", "policyArn": "$policy"}, None),
    (
        "aws:lambda/alias:Alias",
        {"name": "live", "functionName": "base", "functionVersion": "1"},
        {"functionVersion": "$LATEST"},
    ),
    (
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        {"eventSourceArn": "$queue_arn", "functionName": "base", "batchSize": 1},
        {"batchSize": 2},
    ),
    ("aws:lambda/function:Function", {"name": "f", "code": CODE, "publish": True, **FUNCTION}, {"code": OTHER_CODE}),
    (
        "aws:lambda/function:Function",
        {"name": "g", "code": CODE, "environment": {"variables": {"lower": "1"}}, **FUNCTION},
        {"environment": None},
    ),
    (
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        {
            "functionName": "base",
            "qualifier": "1",
            "maximumRetryAttempts": 0,
            "destinationConfig": {"onFailure": {"destination": "$queue_arn"}},
        },
        {"maximumRetryAttempts": 1},
    ),
    (
        "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
        {"functionName": "base", "recursiveLoop": "Allow"},
        {"recursiveLoop": "Terminate"},
    ),
    (
        "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
        {"functionName": "base", "qualifier": "1", "provisionedConcurrentExecutions": 1},
        {"provisionedConcurrentExecutions": 2},
    ),
    (
        "aws:lambda/permission:Permission",
        {
            "statementId": "s",
            "action": "lambda:InvokeFunction",
            "function": "base",
            "principal": "apigateway.amazonaws.com",
        },
        None,
    ),
    ("aws:scheduler/schedule:Schedule", SCHEDULE, {"state": "DISABLED"}),
    ("aws:scheduler/scheduleGroup:ScheduleGroup", {"name": "g", "tags": {"a": "1"}}, {"tags": {"b": "2"}}),
    ("aws:secretsmanager/secret:Secret", {"name": "/s", "tags": {"a": "1"}}, {"tags": {"b": "2"}}),
    ("aws:secretsmanager/secret:Secret", {"name": "/t", "description": "old"}, {"description": "new"}),
    (
        "aws:secretsmanager/secretVersion:SecretVersion",
        {"secretId": "$secret", "secretString": "1", "versionStages": ["A", "B"]},
        {"versionStages": ["B", "C"]},
    ),
    ("aws:sqs/queue:Queue", {"name": "q", "sqsManagedSseEnabled": True}, {"visibilityTimeoutSeconds": 90}),
    ("aws:sqs/queue:Queue", {"name": "q2", "tags": {"a": "1"}}, {"tags": {"b": "2"}}),
    ("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": "$queue", "policy": POLICY}, {"policy": OTHER_POLICY}),
    ("aws:ssm/parameter:Parameter", {"name": "/p", "type": "String", "insecureValue": "1"}, {"insecureValue": "2"}),
]


def is_there(kind: Any, aws: Clients, identity: str, inputs: dict[str, Any]) -> bool:
    try:
        return kind.read(aws, identity, inputs) is not None
    except ClientError as error:
        if is_gone(error):
            return False
        raise


@pytest.mark.parametrize(("resource_type", "inputs", "edit"), CASES, ids=[f"{case[0]}" for case in CASES])
def test_each_type_is_created_read_updated_and_deleted(
    aws: Clients, made: SimpleNamespace, resource_type: str, inputs: dict[str, Any], edit: dict[str, Any] | None
) -> None:
    kind = RESOURCE_TYPES[resource_type]
    inputs = filled(inputs, made)
    identity = kind.create(aws, inputs)
    assert is_there(kind, aws, identity, inputs)
    if edit is not None:
        edited = {key: value for key, value in {**inputs, **filled(edit, made)}.items() if value is not None}
        kind.change(aws, identity, edited, frozenset(edit))
        assert is_there(kind, aws, identity, edited)
    kind.delete(aws, identity, inputs)
    if resource_type != "aws:lambda/functionRecursionConfig:FunctionRecursionConfig":  # every function has one
        assert not is_there(kind, aws, identity, inputs)


def test_every_type_of_the_table_has_a_case() -> None:
    assert {case[0] for case in CASES} == set(RESOURCE_TYPES)


@pytest.mark.parametrize("resource_type", ["aws:iam/policy:Policy", "aws:sqs/queue:Queue", "aws:iam/role:Role"])
def test_what_stands_in_the_way_of_a_name_is_found(aws: Clients, made: SimpleNamespace, resource_type: str) -> None:
    kind = RESOURCE_TYPES[resource_type]
    inputs = {"name": "in-the-way", "policy": POLICY, "assumeRolePolicy": TRUST}
    identity = kind.create(aws, inputs)
    assert kind.leftover(aws, inputs) == identity
    kind.delete(aws, identity, inputs)


def test_a_route_in_the_way_is_found_by_its_key(aws: Clients, made: SimpleNamespace) -> None:
    kind = RESOURCE_TYPES["aws:apigatewayv2/route:Route"]
    inputs = {"apiId": made.api, "routeKey": "POST /y"}
    identity = kind.create(aws, inputs)
    assert kind.leftover(aws, inputs) == identity
    assert kind.leftover(aws, {**inputs, "routeKey": "POST /z"}) is None


def test_an_edited_role_has_the_new_tags_alone(aws: Clients) -> None:
    kind = RESOURCE_TYPES["aws:iam/role:Role"]
    kind.create(aws, {"name": "tagged", "assumeRolePolicy": TRUST, "tags": {"a": "1"}})
    kind.change(aws, "tagged", {"name": "tagged", "assumeRolePolicy": TRUST, "tags": {"b": "2"}}, {"tags"})
    assert aws.client("iam").list_role_tags(RoleName="tagged")["Tags"] == [{"Key": "b", "Value": "2"}]


def test_removed_variables_of_a_function_are_removed(aws: Clients) -> None:
    kind = RESOURCE_TYPES["aws:lambda/function:Function"]
    inputs = {"name": "emptied", "code": CODE, **FUNCTION}
    kind.create(aws, {**inputs, "environment": {"variables": {"lower_case": "1"}}})
    before = aws.client("lambda").get_function_configuration(FunctionName="emptied")
    assert before["Environment"]["Variables"] == {"lower_case": "1"}
    kind.update(aws, "emptied", inputs, {"environment"})
    after = aws.client("lambda").get_function_configuration(FunctionName="emptied")
    assert after.get("Environment", {}).get("Variables", {}) == {}


def test_a_function_takes_a_vpc_and_a_key_and_gives_them_back(aws: Clients) -> None:
    kind = RESOURCE_TYPES["aws:lambda/function:Function"]
    plain = {"name": "private", "code": CODE, **FUNCTION}
    key = "arn:aws:kms:eu-west-1:000000000000:key/abc"
    given = {**plain, "kmsKeyArn": key, "vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}
    kind.create(aws, given)
    before = aws.client("lambda").get_function_configuration(FunctionName="private")
    assert (before["KMSKeyArn"], before["VpcConfig"]["SubnetIds"]) == (key, ["subnet-1"])
    kind.update(aws, "private", plain, {"kmsKeyArn", "vpcConfig"})
    after = aws.client("lambda").get_function_configuration(FunctionName="private")
    assert (after.get("KMSKeyArn") or None, after.get("VpcConfig", {}).get("SubnetIds", [])) == (None, [])


def test_removed_attributes_of_a_queue_go_back_to_their_defaults(aws: Clients, made: SimpleNamespace) -> None:
    kind = RESOURCE_TYPES["aws:sqs/queue:Queue"]
    redrive = json.dumps({"deadLetterTargetArn": made.queue_arn, "maxReceiveCount": 3})
    settings = {"visibilityTimeoutSeconds": 90, "redrivePolicy": redrive}
    url = kind.create(aws, {"name": "reset", **settings})
    kind.update(aws, url, {"name": "reset"}, settings.keys())
    attributes = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (attributes["VisibilityTimeout"], attributes.get("RedrivePolicy", "")) == ("30", "")


def test_removed_inputs_of_a_schedule_are_reset(aws: Clients, made: SimpleNamespace) -> None:
    kind = RESOURCE_TYPES["aws:scheduler/schedule:Schedule"]
    inputs = {**SCHEDULE, "name": "reset"}
    identity = kind.create(aws, {**inputs, "description": "old", "endDate": "2031-01-01T00:00:00Z"})
    kind.update(aws, identity, inputs, {"description", "endDate"})
    schedule = aws.client("scheduler").get_schedule(GroupName="base-group", Name="reset")
    assert not schedule.get("Description")
    assert "EndDate" not in schedule


def test_the_first_version_of_a_secret_is_the_current_one_and_a_later_one_with_a_label_is_not(
    aws: Clients, made: SimpleNamespace
) -> None:
    kind = RESOURCE_TYPES["aws:secretsmanager/secretVersion:SecretVersion"]
    identity = kind.create(aws, {"secretId": made.secret, "secretString": "later", "versionStages": ["LATER"]})

    manager = aws.client("secretsmanager")
    assert manager.get_secret_value(SecretId="/base-secret")["SecretString"] == "base"
    assert manager.get_secret_value(SecretId="/base-secret", VersionStage="LATER")["SecretString"] == "later"
    kind.update(aws, identity, {"versionStages": ["FIRST"]}, {"versionStages"})
    assert manager.get_secret_value(SecretId="/base-secret", VersionStage="FIRST")["SecretString"] == "later"


def test_the_name_of_a_deleted_secret_is_free_at_once(aws: Clients) -> None:
    kind = RESOURCE_TYPES["aws:secretsmanager/secret:Secret"]
    kind.delete(aws, kind.create(aws, {"name": "/again"}), {})

    identity = kind.create(aws, {"name": "/again"})
    assert kind.leftover(aws, {"name": "/again"}) == identity


def test_a_function_from_a_folder_runs(aws: Clients, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "answer.py").write_text("ANSWER = 42\n")
    (tmp_path / "handler.py").write_text("from inner.answer import ANSWER\ndef handle(event, context): return ANSWER\n")
    kind = RESOURCE_TYPES["aws:lambda/function:Function"]
    kind.create(aws, {"name": "folder", "code": Archive(path=tmp_path), **FUNCTION})
    assert aws.client("lambda").invoke(FunctionName="folder")["Payload"].read() == b"42"


def test_a_protected_table_is_deleted_only_where_it_can_be_made_anew(aws: Clients) -> None:
    kind = RESOURCE_TYPES["aws:dynamodb/table:Table"]
    kept = {**TABLE, "name": "kept", "deletionProtectionEnabled": True}
    kind.create(aws, kept)
    with pytest.raises(ClientError, match="protected against deletion"):
        kind.delete(aws, "kept", kept)
    kind.discard(aws, "kept", kept)
    kind.create(aws, kept)
    kind.update(aws, "kept", {**kept, "deletionProtectionEnabled": False}, {"deletionProtectionEnabled"})
    kind.delete(aws, "kept", kept)


def test_what_the_emulator_leaves_out_is_said_by_the_types_themselves() -> None:
    assert set(LEFT_OUT) == {kind.left_out for kind in RESOURCE_TYPES.values()} - {None}
    assert "every permission is granted" in LEFT_OUT
