"""The documented rules on the emulator's bus: what a target gets of a run that the real proxy could not deliver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from proxy.event_bus import EventBus
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.records import replace
from tests.proxy.emulated import Shop, started_emulator
from tests.proxy.target import Target, answers, running

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "undelivered-events.yaml"
PARAMETERS = {"Stack": "prod", "Owner": "billing"}
ARN = "arn:aws:scheduler:eu-central-1:000000000000:schedule/shop-catalog/close-invoices"
BUS = "arn:aws:events:eu-central-1:000000000000:event-bus/default"


class Template(yaml.SafeLoader):
    """The template with its parameters filled in."""


def _filled_in(loader: yaml.SafeLoader, function: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    name = str(node.value)
    return PARAMETERS.get(name, name)


Template.add_multi_constructor("!", _filled_in)
RULES: dict[str, Any] = yaml.load(EXAMPLE.read_text("utf-8"), Template)["Resources"]


@pytest.fixture(name="emulator", scope="module")
def _emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with started_emulator(tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.fixture(name="target")
def _target() -> Iterator[Target]:
    with running(answers(404)) as target:
        yield target


@pytest.mark.parametrize(("owner", "reached"), [("billing", ["ToSlack", "ToOwner"]), ("growth", ["ToSlack"])])
def test_an_undelivered_run_reaches_the_channel_and_its_owners_handler(
    emulator: Emulator, target: Target, owner: str, reached: list[str]
) -> None:
    shop = Shop(emulator, ProxySettings(services={"billing": f"http://{target.netloc}"}, http_hosts=(target.netloc,)))
    delivery = replace(shop.proxy.delivery, bus=EventBus(BUS, "shop", "prod", shop.aws))
    shop.proxy = replace(shop.proxy, delivery=delivery)
    queues = {name: _queue(shop, name) for name in ("ToSlack", "ToOwner")}

    answer = shop.handle(
        {
            "v": 1,
            "service": "billing",
            "path": "/close",
            "owner": owner,
            "runbook": "https://wiki.example.com/close",
            "schedule": {"name": "close-invoices", "arn": ARN, "time": _due(shop)},
        }
    )

    got = {name: messages for name, url in queues.items() if (messages := _messages(shop, url))}
    assert answer["reason"] == "http-404"
    assert list(got) == reached
    (told,) = got["ToSlack"]
    assert json.loads(told) == {
        "text": f"prod: `close-invoices` of {owner}, due {_due(shop)}, was not delivered: http-404 "
        "(runbook: https://wiki.example.com/close)"
    }
    for handed in got.get("ToOwner", []):
        assert json.loads(handed)["detail"]["run_key"] == answer["run_key"]


def _due(shop: Shop) -> str:
    return datetime.fromtimestamp(shop.now, UTC).strftime("%Y-%m-%dT%H:%M:00Z")


def _queue(shop: Shop, name: str) -> str:
    """A queue in the place of a rule's target."""
    events, sqs = shop.clients.client("events"), shop.clients.client("sqs")
    url = sqs.create_queue(QueueName=f"{shop.name}-{name}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rule = RULES[name]["Properties"]
    events.put_rule(Name=f"{shop.name}-{name}", EventPattern=json.dumps(rule["EventPattern"]))
    (sent_to,) = rule["Targets"]
    kept = {key: value for key, value in sent_to.items() if key == "InputTransformer"}
    events.put_targets(Rule=f"{shop.name}-{name}", Targets=[{"Id": sent_to["Id"], "Arn": arn, **kept}])
    return url


def _messages(shop: Shop, url: str) -> list[str]:
    found = shop.clients.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in found.get("Messages", [])]
