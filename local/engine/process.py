"""The process that runs programs: it imports what is slow to import once, and forks for each deployment.

Started by `local.deployer` with the endpoint and region as arguments; orders come in on standard input, a line each,
events go out on standard output. It ends with its parent: at the end of standard input.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import threading
import traceback
from contextlib import suppress
from typing import TextIO

from local.clients import Clients
from local.engine.order import Order

_MODULES = (
    *("local.engine.program", "pulumi_aws", "pulumi_aws.apigatewayv2", "pulumi_aws.cloudwatch", "pulumi_aws.iam"),
    *("pulumi_aws.lambda_", "pulumi_aws.scheduler", "pulumi_aws.secretsmanager", "pulumi_aws.sqs", "pulumi_aws.ssm"),
    *("jsonschema", "jsonschema_rs", "yaml", "tzdata"),
)
_SERVICES = ("apigatewayv2", "iam", "lambda", "logs", "scheduler", "secretsmanager", "sqs", "ssm", "sts")


def main() -> None:
    """Serve orders, one after the other, until standard input ends."""
    endpoint, region = sys.argv[1:]
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the program prints is not an event
    aws = Clients(endpoint, region)
    for module in _MODULES:
        getattr(importlib.import_module(module), "__all__", None)  # the provider's modules load at the first access
    for service in _SERVICES:
        aws.client(service)
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        serve(Order.from_json(line), aws, events)


def serve(order: Order, aws: Clients, events: TextIO) -> None:
    """Carry out one order in a process of its own, and write what happens."""
    child = os.fork()
    if child == 0:
        _deploy_and_exit(order, aws, events)
    _, status = os.waitpid(child, 0)
    _send({"exit": os.waitstatus_to_exitcode(status)}, events)


def _deploy_and_exit(order: Order, aws: Clients, events: TextIO) -> None:
    """Run one deployment in the forked process, which never returns."""
    gc.disable()  # the runtime's many small tasks make it cost more than half the time
    lock = threading.Lock()

    def send(event: dict[str, object]) -> None:
        with lock:
            _send(event, events)

    try:
        from local.engine.program import deploy

        deploy(order, aws, send)
    except BaseException:
        send({"end": {"error": traceback.format_exc(), "outputs": {}, "unchanged": 0, "warnings": []}})
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _send(event: dict[str, object], events: TextIO) -> None:
    with suppress(BrokenPipeError):  # nobody listens any more: what was begun is brought to its end
        events.write(json.dumps(event) + "\n")
        events.flush()


if __name__ == "__main__":
    main()
