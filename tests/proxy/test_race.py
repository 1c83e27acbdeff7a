"""Threads that really race for one run: each has a proxy of its own, as each of Lambda's environments has."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.simulation.dynamodb import DynamoDb
from schedule_client.contract.ledger import RunRecord
from schedule_client.contract.proxy_settings import ProxySettings
from tests.proxy.stage import TABLE, Stage, golden, stage
from tests.proxy.target import answers, running

THREADS = 8


@pytest.mark.parametrize("round_", range(5))
def test_of_many_events_of_one_run_at_once_one_makes_the_call(round_: int) -> None:
    event = {key: value for key, value in golden("v1-service").items() if key not in ("auth", "overlap")}
    with running(answers(200)) as target:
        base = f"http://{target.netloc}"
        settings = ProxySettings(services={"billing": base}, http_hosts=(target.netloc,))
        table, together = DynamoDb(TABLE), threading.Barrier(THREADS)

        def deliver(number: int) -> Stage:
            shop = stage(settings, ledger=True)
            shop.aws.table = table
            together.wait()
            shop.handle(event, "catalog", request_id=f"request-{number}")
            shop.close()
            return shop

        with ThreadPoolExecutor(THREADS) as pool:
            shops = list(pool.map(deliver, range(THREADS)))

    assert len(target.received) == 1
    states = sorted(line["state"] for shop in shops for line in shop.lines)
    assert states == ["delivered", *["duplicate"] * (THREADS - 1)]
    (item,) = table.items.values()
    assert RunRecord.from_item(item).state == "delivered"
