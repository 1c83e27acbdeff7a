"""A process that deploys like the deployer's, with the credentials that an order brings along."""

from __future__ import annotations

import json
import os
import sys

import boto3

from local.clients import Clients
from local.engine.order import Order
from local.engine.process import serve


def main() -> None:
    """Serve lines with an order and a key, one after the other."""
    endpoint, region = sys.argv[1:]
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        given = json.loads(line)
        aws = Clients(endpoint, region, boto3.Session(*given["key"], region_name=region))
        serve(Order.from_json(json.dumps(given["order"])), aws, events)


if __name__ == "__main__":
    main()
