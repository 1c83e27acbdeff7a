"""Event source that returns waiting calls to the proxy."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.regions import detects_loops


@dataclass(frozen=True, slots=True)
class RetryMappingArgs:
    """The queue to read, the alias to invoke, and the function that it belongs to.

    region: where the stack is.
    policy: of the function's role; Lambda looks whether it lets the function read the queue.
    at_once: how many messages it gives out at a time.
    """

    queue_arn: pulumi.Input[str]
    alias_arn: pulumi.Input[str]
    function_name: pulumi.Input[str]
    region: str
    policy: pulumi.Resource
    at_once: int


class RetryMapping(pulumi.ComponentResource):
    """A mapping from the retry queue to the proxy's alias `retry`, one message at a time, and leave to go on so.

    Function, queue, function is a loop: without that leave Lambda cuts it after 16 rounds
    (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html), where it looks for loops at all; the proxy
    counts its own everywhere.
    """

    def __init__(self, name: str, args: RetryMappingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:RetryMapping", name, None, opts)
        first = [args.policy, *([self._leave(name, args)] if detects_loops(args.region) else [])]
        aws.lambda_.EventSourceMapping(
            name,
            event_source_arn=args.queue_arn,
            function_name=args.alias_arn,
            batch_size=1,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=aws.lambda_.EventSourceMappingScalingConfigArgs(maximum_concurrency=args.at_once),
            opts=pulumi.ResourceOptions(parent=self, depends_on=first),
        )
        self.register_outputs({})

    def _leave(self, name: str, args: RetryMappingArgs) -> pulumi.Resource:
        return aws.lambda_.FunctionRecursionConfig(
            f"{name}-loop",
            function_name=args.function_name,
            recursive_loop="Allow",
            opts=pulumi.ResourceOptions(parent=self),
        )
