"""What a stack is in regions that have less, and where it is not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from infra.regions import detects_loops
from tests.infra.sample import CONFIG
from tests.pulumi_harness import RecordingMonitor, Untouched, run_program

if TYPE_CHECKING:
    from pulumi.runtime.proto import resource_pb2


def located(region: str, base: type[RecordingMonitor] = RecordingMonitor) -> type[RecordingMonitor]:
    """An engine whose credentials lead to that region."""

    class Located(base):
        def Invoke(self, request: Any) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
            response = super().Invoke(request)
            if request.tok == "aws:index/getRegion:getRegion":
                getattr(response, "return").update({"region": region, "name": region})
            return response

    return Located


@pytest.mark.parametrize("region", ["us-gov-west-1", "mx-central-1", "ap-southeast-6"])
def test_where_lambda_looks_for_no_loops_nothing_allows_or_watches_one(region: str) -> None:
    stack = run_program(CONFIG, monitor=located(region))

    assert not detects_loops(region)
    assert stack.of_type("aws:lambda/functionRecursionConfig:FunctionRecursionConfig") == {}
    assert "alarm-proxy-recursion" not in stack.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert stack.of_type("aws:lambda/eventSourceMapping:EventSourceMapping")


def test_elsewhere_the_loop_is_allowed_and_watched() -> None:
    stack = run_program(CONFIG, monitor=located("eu-central-1"))

    assert stack.of_type("aws:lambda/functionRecursionConfig:FunctionRecursionConfig")
    assert "alarm-proxy-recursion" in stack.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")


def test_china_is_refused_before_anything_is_made() -> None:
    with pytest.raises(pulumi.RunError, match="AWS China is not supported"):
        run_program(CONFIG, monitor=located("cn-north-1", Untouched))
