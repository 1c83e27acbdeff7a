"""What the program says of an account before it makes anything."""

from __future__ import annotations

import logging
from typing import Any

import pulumi
import pytest
from pulumi.runtime.proto import provider_pb2, resource_pb2

from tests.infra.sample import CONFIG, FULL
from tests.pulumi_harness import RecordingMonitor, Untouched, run_program

VPC = {"vpc": FULL["vpc"]}


def answering(
    base: type[RecordingMonitor] = RecordingMonitor, **answers: dict[str, Any] | str | None
) -> type[RecordingMonitor]:
    """An engine that gives these answers, by the end of the function's name; a text is a refusal's, and so is None."""

    class Answering(base):
        def Invoke(self, request: Any) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
            name = request.tok.rpartition(":")[2]
            if name not in answers:
                return super().Invoke(request)
            answer = answers[name]
            if not isinstance(answer, dict):
                failures = [provider_pb2.CheckFailure(reason=answer or "AccessDeniedException")]
                return resource_pb2.ResourceInvokeResponse(failures=failures)
            response = resource_pb2.ResourceInvokeResponse()
            getattr(response, "return").update(answer)
            return response

    return Answering


def warned(
    caplog: pytest.LogCaptureFixture, config: dict[str, Any], **answers: dict[str, Any] | str | None
) -> list[str]:
    with caplog.at_level(logging.WARNING):
        run_program(config, monitor=answering(RecordingMonitor, **answers))
    return [each.getMessage() for each in caplog.records if "is not up to date" not in each.getMessage()]


def test_a_new_account_is_told_how_to_ask_for_more_executions(caplog: pytest.LogCaptureFixture) -> None:
    (line,) = warned(caplog, CONFIG, getServiceQuota={"id": "x", "value": 10})

    assert line.startswith("Lambda runs at most 10 executions at once for this account in eu-west-1")
    assert line.endswith(
        "run: aws service-quotas request-service-quota-increase --region eu-west-1 --service-code lambda "
        "--quota-code L-B99A9384 --desired-value 1000"
    )


@pytest.mark.parametrize("answer", [{"id": "x", "value": 1000}, None])
def test_nothing_is_said_of_enough_and_of_what_may_not_be_asked(
    caplog: pytest.LogCaptureFixture, answer: dict[str, Any] | None
) -> None:
    assert warned(caplog, CONFIG, getServiceQuota=answer) == []


def test_more_reserved_than_aws_lets_is_refused_before_anything_is_made() -> None:
    monitor = answering(Untouched, getServiceQuota={"id": "x", "value": 150})

    with pytest.raises(pulumi.RunError) as raised:
        run_program({**CONFIG, "proxy": {"reserved_concurrency": 60}}, monitor=monitor)
    assert str(raised.value) == (
        '"proxy.reserved_concurrency" is 60, and AWS leaves 100 of the account\'s 150 executions unreserved; '
        "run: pulumi config rm --stack dev --path schedule-catalog:proxy.reserved_concurrency"
    )


CLIENTS = {"clients": {"account": FULL["clients"]["account"]}}


def test_an_account_without_an_issuer_is_told_how_to_turn_it_on(caplog: pytest.LogCaptureFixture) -> None:
    (line,) = warned(caplog, {**CONFIG, **CLIENTS}, getOutboundWebIdentityFederation="FeatureDisabledException: off")

    assert line.startswith("the account issues no tokens, so calls with the clients account are undelivered")
    assert line.endswith("run: aws iam enable-outbound-web-identity-federation")


@pytest.mark.parametrize("answer", [{"issuerIdentifier": "https://a.tokens.sts.global.api.aws"}, None])
def test_nothing_is_said_of_an_issuer_that_is_there_or_that_may_not_be_asked_for(
    caplog: pytest.LogCaptureFixture, answer: dict[str, Any] | None
) -> None:
    assert warned(caplog, {**CONFIG, **CLIENTS}, getOutboundWebIdentityFederation=answer) == []


def test_without_an_oidc_client_nobody_asks_for_the_issuer(caplog: pytest.LogCaptureFixture) -> None:
    assert warned(caplog, CONFIG, getOutboundWebIdentityFederation="FeatureDisabledException: off") == []


PRIVATE = {"id": "vpce-1", "privateDnsEnabled": True}


def test_a_private_endpoint_of_api_gateway_hides_the_callback_service(caplog: pytest.LogCaptureFixture) -> None:
    (line,) = warned(caplog, {**CONFIG, **VPC}, getVpcEndpoint=PRIVATE)

    assert line.startswith("vpc-1 has a private execute-api endpoint with private DNS")
    assert 'set it as "services.callback"' in line


@pytest.mark.parametrize(
    ("config", "answer"),
    [
        ({**VPC}, {"id": "vpce-1", "privateDnsEnabled": False}),
        ({**VPC}, None),
        ({**VPC, "services": {"callback": "https://tasks.example.com", **CONFIG["services"]}}, PRIVATE),
        ({}, PRIVATE),
    ],
    ids=["public names", "none", "a domain of its own", "no vpc"],
)
def test_nothing_is_said_where_the_callback_service_can_be_reached(
    caplog: pytest.LogCaptureFixture, config: dict[str, Any], answer: dict[str, Any] | None
) -> None:
    assert warned(caplog, {**CONFIG, **config}, getVpcEndpoint=answer) == []


def test_a_laptop_asks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    laptop = {**CONFIG, "proxy_routes": {"default": "http://127.0.0.1:8080"}}

    assert warned(caplog, laptop, getServiceQuota={"id": "x", "value": 10}) == []
