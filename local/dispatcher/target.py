"""Lambda functions and SQS dead-letter queues, as the Scheduler calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local.dispatcher.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

INTERNAL_ERROR = "AWS.Scheduler.InternalServerError"
# What passes with time: a function that is being replaced, too many events at once. Anything else of 4xx is permanent.
PASSING = frozenset(
    {"ResourceNotFoundException", "ResourceConflictException", "ThrottlingException", "TooManyRequestsException"}
)


class AwsTarget:
    """Invokes functions asynchronously and fills dead-letter queues.

    as_role: gives the client of SQS with which an execution role sends, by the role's ARN, so that the message says
        whose it is; by default all messages are sent as `queues`.
    """

    def __init__(
        self, functions: LambdaClient, queues: SQSClient, as_role: Callable[[str], SQSClient] | None = None
    ) -> None:
        self._functions = functions
        self._queues = queues
        self._as_role = as_role
        self._urls: dict[str, str] = {}

    def invoke(self, target_arn: str, event: str) -> None:
        """Hand an event to Lambda's asynchronous queue; its retries and destinations are Lambda's own from there."""
        if ":lambda:" not in target_arn:
            raise DeliveryError(
                "ValidationException",
                f'this scheduler only invokes Lambda functions, not "{target_arn}"',
                retryable=False,
            )
        try:
            self._functions.invoke(FunctionName=target_arn, InvocationType="Event", Payload=event.encode())
        except (BotoCoreError, ClientError) as error:
            raise _translated(error) from error

    def bury(self, queue_arn: str, event: str, attributes: Mapping[str, str], role_arn: str) -> None:
        """Send the event to a queue with one String attribute each."""
        try:
            queues = self._as_role(role_arn) if self._as_role is not None and role_arn else self._queues
            queues.send_message(
                QueueUrl=self._url(queue_arn),
                MessageBody=event,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
        except (BotoCoreError, ClientError) as error:
            raise _translated(error) from error

    def _url(self, queue_arn: str) -> str:
        if queue_arn not in self._urls:
            *_, account, name = queue_arn.split(":")
            answer = self._queues.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)
            self._urls[queue_arn] = answer["QueueUrl"]
        return self._urls[queue_arn]


def _translated(error: BotoCoreError | ClientError) -> DeliveryError:
    if not isinstance(error, ClientError):
        return DeliveryError(INTERNAL_ERROR, str(error), retryable=True)
    found = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    code = found.get("Code") or "Unknown"
    retryable = code in PASSING or status >= 500 or status == 429
    return DeliveryError(code, found.get("Message") or str(error), retryable=retryable)
