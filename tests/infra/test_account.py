from __future__ import annotations

import json
import logging
from typing import Any

import pulumi
import pytest
from pulumi.runtime.proto import provider_pb2, resource_pb2

from infra.account import Account
from tests.infra.sample import CONFIG, sample_stack
from tests.pulumi_harness import ACCOUNT, RecordingMonitor, Untouched, run_program

OTHER = "210987654321"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/session"
BARE = {"AWS_ACCESS_KEY_ID": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": ""}


def refused(
    monitor: type[RecordingMonitor] = RecordingMonitor, aws: dict[str, str] | None = None, **config: Any
) -> str:
    given = {f"aws:{key}": value for key, value in (aws or {}).items()}
    environment = {**BARE, "AWS_PROFILE": "sandbox", "PULUMI_CONFIG": json.dumps(given)}
    with pytest.raises(pulumi.RunError) as caught:
        run_program({**CONFIG, **config}, environment=environment, monitor=monitor)
    return str(caught.value)


class Unauthorized(Untouched):
    def Invoke(self, request: Any) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        failure = provider_pb2.CheckFailure(reason="No valid credential sources found")
        return resource_pb2.ResourceInvokeResponse(failures=[failure])


def test_an_arn_is_of_the_account_its_region_and_its_partition():
    account = Account(id="123456789012", region="us-gov-west-1", partition="aws-us-gov")

    assert account.arn("ssm", "parameter/x") == "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/x"


def test_the_wrong_account_is_refused_before_anything_is_planned():
    assert refused(Untouched, account=OTHER) == (
        f'the stack "dev" belongs to account {OTHER}, but the credentials are of {ACCOUNT}: {CALLER}, '
        f'from the profile "sandbox", AWS_PROFILE of the environment; use those of {OTHER} (AWS_PROFILE, or a login), '
        f"or to move the stack there run: pulumi config set --stack dev schedule-catalog:account {ACCOUNT}"
    )


def test_the_wrong_region_is_refused_before_anything_is_planned():
    assert refused(Untouched, region="ap-northeast-2", aws={"region": "eu-west-1"}) == (
        'the stack "dev" belongs to ap-northeast-2, but the region is eu-west-1, from aws:region of the stack\'s '
        "settings; run: pulumi config set --stack dev aws:region ap-northeast-2"
    )


def test_both_are_said_at_once():
    lines = refused(Untouched, account=OTHER, region="ap-northeast-2").splitlines()

    assert [line.partition(",")[0] for line in lines] == [
        f'the stack "dev" belongs to account {OTHER}',
        'the stack "dev" belongs to ap-northeast-2',
    ]
    assert "from the AWS profile;" in lines[1]


def test_the_right_account_and_region_change_nothing_and_are_not_worth_a_word(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    pinned = run_program({**CONFIG, "account": ACCOUNT, "region": "eu-west-1"})

    assert [record.message for record in caplog.records if ACCOUNT in record.message] == []
    assert pinned.resources.keys() == sample_stack().resources.keys()


def test_a_stack_of_no_account_says_where_it_goes_and_how_to_keep_it_there(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    run_program(CONFIG, preview=True)

    assert [record.message for record in caplog.records if ACCOUNT in record.message] == [
        (
            f"the account is {ACCOUNT} in eu-west-1, as {CALLER}; "
            f"to refuse others run: pulumi config set --stack dev schedule-catalog:account {ACCOUNT}"
        )
    ]


def test_missing_credentials_are_said_with_where_they_were_looked_for():
    assert refused(Unauthorized, aws={"region": "eu-west-1"}).splitlines() == [
        (
            "AWS does not return the account: invoke of aws:index/getCallerIdentity:getCallerIdentity failed: "
            "No valid credential sources found ()"
        ),
        (
            'the credentials are those of the profile "sandbox", AWS_PROFILE of the environment; '
            "who they are: aws sts get-caller-identity"
        ),
    ]


def test_a_missing_region_is_said_with_the_command_that_sets_it():
    assert refused(Unauthorized).splitlines()[-1] == (
        "no region is set; run: pulumi config set --stack dev aws:region eu-west-1"
    )


def test_topics_and_keys_of_another_region_are_refused_before_anything_is_planned():
    arn = "arn:aws:{}:eu-central-1:123456789012:{}"
    given = {
        "alarm_topic": arn.format("sns", "alarms"),
        "kms_key_arn": arn.format("kms", "key/1"),
        "secret_kms_keys": [arn.format("kms", "key/2")],
        "owners": {"billing": {"topic": arn.format("sns", "billing")}},
    }

    lines = refused(Untouched, **given).splitlines()

    assert [line.partition(": ")[0] for line in lines] == [
        "alarm_topic",
        "kms_key_arn",
        "owners.billing.topic",
        "secret_kms_keys",
    ]
    assert all("is in eu-central-1, but the stack is in eu-west-1" in line for line in lines)
