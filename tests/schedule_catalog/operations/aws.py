"""A stack in doubles of the AWS APIs that the operations ask: each keeps what it is told, as the service would."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from schedule_catalog.deployment.manifest import Manifest
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import Deployed
from tests.schedule_catalog.operations.cloudwatch import CloudWatch

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZONE_OF_MACHINE = ZoneInfo("America/New_York")
ACCOUNT, REGION = "123456789012", "eu-central-1"
NAMES = Names("shop", "prod", REGION)
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAMES.proxy}"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/operator/kim"
QUEUES = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}"
MANIFEST = Manifest(
    project="shop",
    stack="prod",
    region=REGION,
    account=ACCOUNT,
    catalog_group=NAMES.catalog_group,
    adhoc_group=NAMES.adhoc_group,
    function=NAMES.proxy,
    aliases={alias: f"{FUNCTION}:{alias}" for alias in ("catalog", "adhoc", "retry")},
    settings_parameter=NAMES.proxy_settings,
    ledger_table=NAMES.ledger,
    retry_queue_url=f"{QUEUES}/{NAMES.retry_queue}",
    undelivered_queue_url=f"{QUEUES}/{NAMES.undelivered}",
    scheduler_dlq_url=f"{QUEUES}/{NAMES.scheduler_dlq}",
    log_group=f"/aws/lambda/{NAMES.proxy}",
    callback_url="https://callback.example.com",
    adhoc_role_arn=f"arn:aws:iam::{ACCOUNT}:role/{NAMES.execution_role('adhoc')}",
    senders={origin: f"AROA{origin.upper()}" for origin in ("catalog", "adhoc", "callback", "shop")},
    prefixes={"callback": "app", "shop": "shop-"},
)


def refusal(code: str, operation: str = "Op", message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def arn(name: str, group: str = NAMES.catalog_group) -> str:
    return f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{name}"


class Clients:
    """The doubles by boto3's names; `stack` is what operations are given."""

    def __init__(self, manifest: Manifest = MANIFEST) -> None:
        self.scheduler = Scheduler()
        self.sqs = Sqs()
        self.functions = Functions()
        self.dynamodb = DynamoDb()
        self.secrets = SecretsManager()
        self.cloudwatch = CloudWatch()
        self._by_name = {
            "scheduler": self.scheduler,
            "sqs": self.sqs,
            "lambda": self.functions,
            "dynamodb": self.dynamodb,
            "secretsmanager": self.secrets,
            "cloudwatch": self.cloudwatch,
            "sts": SecurityTokens(),
        }
        self.stack = Deployed(manifest, self)

    def client(self, service: str) -> Any:
        return self._by_name[service]


class Scheduler:
    """EventBridge Scheduler with pages of `page` schedules; without tokens it is an emulator that forgets the rest."""

    def __init__(self) -> None:
        self.schedules: dict[tuple[str, str], dict[str, Any]] = {}
        self.page = 100
        self.tokens = True
        self.asked: list[dict[str, Any]] = []

    def add(self, name: str, group: str = NAMES.catalog_group, **values: Any) -> None:
        made = {
            "Name": name,
            "GroupName": group,
            "Arn": arn(name, group),
            "State": "ENABLED",
            "CreationDate": datetime(2026, 11, 1, tzinfo=UTC),
            "LastModificationDate": datetime(2026, 11, 1, tzinfo=UTC),
            "ScheduleExpression": "cron(0 9 * * ? *)",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "NONE",
            "Target": {"Arn": MANIFEST.aliases["catalog"], "Input": request(name), **values.pop("Target", {})},
        }
        self.schedules[group, name] = {**made, **values}

    def list_schedules(self, *, GroupName: str, MaxResults: int, NextToken: str = "0") -> dict[str, Any]:  # noqa: N803
        self.asked.append({"MaxResults": MaxResults, "NextToken": NextToken})
        if MaxResults > 100 and self.tokens:
            raise refusal("ValidationException", "ListSchedules")
        size = min(MaxResults, self.page) if MaxResults <= 100 else MaxResults
        here = [one for (group, _), one in sorted(self.schedules.items()) if group == GroupName]
        start = int(NextToken)
        rest = {"NextToken": str(start + size)} if self.tokens and start + size < len(here) else {}
        keys = ("Name", "Arn", "State", "CreationDate", "LastModificationDate")
        return {"Schedules": [_as_read({key: one[key] for key in keys}) for one in here[start : start + size]], **rest}

    def get_schedule(self, *, GroupName: str, Name: str) -> dict[str, Any]:  # noqa: N803
        if (GroupName, Name) not in self.schedules:
            raise refusal("ResourceNotFoundException", "GetSchedule")
        return _as_read(self.schedules[GroupName, Name])


def _as_read(answer: dict[str, Any]) -> dict[str, Any]:
    """As boto3 returns it: instants in the zone of the machine."""
    return {
        key: value.astimezone(ZONE_OF_MACHINE) if isinstance(value, datetime) else value
        for key, value in answer.items()
    }


class Sqs:
    """Queues by their URL; `clock` is in seconds, and what is received is hidden until then."""

    def __init__(self) -> None:
        self.queues: dict[str, dict[str, dict[str, Any]]] = {}
        self.hidden: dict[str, float] = {}
        self.clock = 0.0
        self.receipts = 0

    def add(
        self,
        url: str,
        identifier: str,
        body: str,
        attributes: dict[str, str] | None = None,
        sent: int = 0,
        sender: str = "",
    ) -> None:
        self.queues.setdefault(url, {})[identifier] = {
            "MessageId": identifier,
            "Body": body,
            "Attributes": {"SentTimestamp": str(sent), "SenderId": sender},
            "MessageAttributes": {
                name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()
            },
        }

    def visible(self, url: str) -> list[str]:
        return [name for name in self.queues.get(url, {}) if self.hidden.get(name, 0.0) <= self.clock]

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        for name in self.visible(asked["QueueUrl"])[: asked["MaxNumberOfMessages"]]:
            self.hidden[name] = self.clock + asked["VisibilityTimeout"]
            self.receipts += 1
            found.append({**self.queues[asked["QueueUrl"]][name], "ReceiptHandle": f"{name}/{self.receipts}"})
        return {"Messages": found} if found else {}

    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        name = ReceiptHandle.partition("/")[0]
        if self.hidden.get(name, 0.0) <= self.clock or name not in self.queues[QueueUrl]:
            raise refusal("AWS.SimpleQueueService.MessageNotInflight", "ChangeMessageVisibility")
        self.hidden[name] = self.clock + VisibilityTimeout

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> None:  # noqa: N803
        assert len(Entries) <= 10
        for entry in Entries:
            self.hidden[entry["ReceiptHandle"].partition("/")[0]] = self.clock + entry["VisibilityTimeout"]

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803
        self.queues[QueueUrl].pop(ReceiptHandle.partition("/")[0], None)

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803
        waiting = len(self.visible(QueueUrl))
        held = len(self.queues.get(QueueUrl, {})) - waiting
        return {
            "Attributes": {
                "ApproximateNumberOfMessages": str(waiting),
                "ApproximateNumberOfMessagesNotVisible": str(held),
            }
        }


class Functions:
    """Lambda: `answer` gives what a synchronous invocation returns, and whether it ended in an error."""

    def __init__(self) -> None:
        self.invoked: list[tuple[str, str, dict[str, Any]]] = []
        self.answer: Callable[[dict[str, Any]], tuple[Any, str | None]] = lambda event: (delivered(), None)
        self.failure: BaseException | None = None

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        if self.failure is not None:
            raise self.failure
        event = json.loads(Payload)
        self.invoked.append((FunctionName, InvocationType, event))
        if InvocationType == "Event":
            return {"StatusCode": 202}
        returned, error = self.answer(event)
        return {"Payload": io.BytesIO(json.dumps(returned).encode()), **({"FunctionError": error} if error else {})}


class SecretsManager:
    """Versions of secrets by their name, the newest last, with their staging labels."""

    def __init__(self) -> None:
        self.versions: dict[str, list[tuple[str, set[str]]]] = {}
        self.denied = False

    def add(self, name: str, text: str) -> None:
        """What `pulumi up` makes: a version that is the first and the current one."""
        self.versions[name] = [(text, {"FIRST", "AWSCURRENT"})]

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        return {"SecretString": self._there(SecretId, "GetSecretValue")[-1][0]}

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> dict[str, Any]:  # noqa: N803
        for _, stages in self._there(SecretId, "PutSecretValue"):
            stages.discard("AWSCURRENT")
        self.versions[SecretId].append((SecretString, {"AWSCURRENT"}))
        return {}

    def describe_secret(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        versions = self._there(SecretId, "DescribeSecret")
        return {"VersionIdsToStages": {str(number): sorted(stages) for number, (_, stages) in enumerate(versions)}}

    def _there(self, name: str, operation: str) -> list[tuple[str, set[str]]]:
        if self.denied:
            raise refusal("AccessDeniedException", operation)
        if name not in self.versions:
            raise refusal("ResourceNotFoundException", operation)
        return self.versions[name]


class DynamoDb:
    """A table of runs, and its index; `before_write` is what somebody else does just before the next write."""

    def __init__(self) -> None:
        self.before_write: Callable[[], object] | None = None
        self.items: list[dict[str, Any]] = []
        self.created = datetime(2026, 11, 1, tzinfo=UTC)
        self.page = 1000

    def get_item(self, *, Key: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803
        found = [item for item in self.items if (item["pk"], item["sk"]) == (Key["pk"], Key["sk"])]
        return {"Item": found[0]} if found else {}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html."""
        first, self.before_write = self.before_write, None
        if first is not None:
            first()
        puts = [write["Put"] for write in TransactItems]
        if not all(self._may_put(put) for put in puts):
            raise refusal("TransactionCanceledException", "TransactWriteItems")
        for put in puts:
            self.items = [each for each in self.items if _key(each) != _key(put["Item"])] + [put["Item"]]

    def _may_put(self, put: dict[str, Any]) -> bool:
        there = next((each for each in self.items if _key(each) == _key(put["Item"])), None)
        condition = put.get("ConditionExpression")
        if condition == "version = :version":
            return there is not None and there["version"] == put["ExpressionAttributeValues"][":version"]
        assert condition in (None, "attribute_not_exists(pk)")
        return condition is None or there is None

    def query(self, **asked: Any) -> dict[str, Any]:
        values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        condition = asked["KeyConditionExpression"]
        hash_key, range_key = ("outcome_day", "updated") if "IndexName" in asked else ("pk", "sk")

        def fits(item: dict[str, Any]) -> bool:
            text = item[range_key]["S"]
            if "BETWEEN" in condition:
                return values[":a"] <= text <= values[":b"]
            return text.startswith(values[":k"]) if "begins_with" in condition else text >= values[":a"]

        partition = values.get(":p") or values.get(":d")
        found = [item for item in self.items if item.get(hash_key, {}).get("S") == partition and fits(item)]
        found.sort(key=lambda item: item[range_key]["S"], reverse=True)
        start = int(asked.get("ExclusiveStartKey", {"n": {"N": "0"}})["n"]["N"])
        end = start + min(self.page, asked.get("Limit", self.page))
        rest = {"LastEvaluatedKey": {"n": {"N": str(end)}}} if end < len(found) else {}
        return {"Items": found[start:end], **rest}

    def describe_table(self, *, TableName: str) -> dict[str, Any]:  # noqa: N803
        return {"Table": {"CreationDateTime": self.created}}


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


class SecurityTokens:
    """STS: who the credentials belong to."""

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": ACCOUNT, "Arn": CALLER}


def request(name: str, **members: Any) -> str:
    """The Input of a schedule."""
    event = {
        "v": 1,
        "target_url": "https://api.example.com/run",
        "method": "POST",
        **members,
        "schedule": {"name": name, "arn": "<aws.scheduler.schedule-arn>", "time": "<aws.scheduler.scheduled-time>"},
    }
    return json.dumps(event, separators=(",", ":"))


def delivered(**members: Any) -> dict[str, Any]:
    """What the proxy returns."""
    body = {
        "success": True,
        "api_status": 200,
        "api_response": {"ok": True},
        "handed_over": False,
        "outcome": "delivered",
        "reason": None,
        "message": None,
        "run_key": "v1.abc",
        **members,
    }
    return {"statusCode": body["api_status"] or 502, "body": json.dumps(body)}
