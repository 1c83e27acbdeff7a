"""botocore is the measure of STS's protocol, and the emulator of the way there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import botocore.session
import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from proxy.aws import AwsRequestError
from proxy.sts import sts_form, sts_members
from tests.proxy.emulated import emulated_aws

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

MODEL: Any = botocore.session.get_session().get_service_model("sts")
ROLE = "arn:aws:iam::123456789012:role/caller"
TOKEN: dict[str, Any] = {
    "Audience": ["https://billing.example.com/?a=b&c", "für"],
    "DurationSeconds": 300,
    "SigningAlgorithm": "RS256",
    "Tags": [{"Key": "origin", "Value": "catalog"}, {"Key": "stack", "Value": "dev"}],
}
KEY = {"RoleArn": ROLE, "RoleSessionName": "schedule-catalog-catalog", "DurationSeconds": 3600}
NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
ANSWER = f"""<AssumeRoleResponse xmlns="{NAMESPACE}"><AssumeRoleResult><Credentials><AccessKeyId>ASIA7</AccessKeyId>
<SecretAccessKey>a&amp;b/c+d</SecretAccessKey><SessionToken>e==</SessionToken><Expiration>2027-01-05T09:00:00Z</Expiration>
</Credentials><PackedPolicySize>6</PackedPolicySize></AssumeRoleResult><ResponseMetadata><RequestId>7</RequestId>
</ResponseMetadata></AssumeRoleResponse>"""
ERROR = f"""<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>AccessDenied</Code>
<Message>User: a is not authorized</Message></Error><RequestId>7</RequestId></ErrorResponse>"""


@pytest.mark.parametrize(("operation", "members"), [("GetWebIdentityToken", TOKEN), ("AssumeRole", KEY)])
def test_a_request_is_the_form_that_botocore_writes(operation: str, members: dict[str, Any]) -> None:
    theirs = create_serializer("query").serialize_to_request(members, MODEL.operation_model(operation))["body"]

    assert parse_qs(sts_form(operation, members).decode()) == {name: [str(text)] for name, text in theirs.items()}


def test_an_answer_is_read_as_botocore_reads_it() -> None:
    response = {"body": ANSWER.encode(), "status_code": 200, "headers": {}}
    theirs: Any = create_parser("query").parse(response, MODEL.operation_model("AssumeRole").output_shape)

    ours = sts_members(ANSWER.encode())["Credentials"]

    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    assert [ours[name] for name in names] == [theirs["Credentials"][name] for name in names]


def test_an_error_has_the_members_that_the_others_have() -> None:
    assert sts_members(ERROR.encode()) == {
        "type": "Sender",
        "code": "AccessDenied",
        "message": "User: a is not authorized",
    }


@pytest.mark.parametrize("body", [b"", b"<html>busy", b"<a/>", b"<a>b</a>", b"<a><Result>b</Result></a>", b"\xff"])
def test_what_is_no_answer_of_sts_says_nothing(body: bytes) -> None:
    assert sts_members(body) == {}


def test_the_emulator_gives_a_key_of_a_role(emulator: Emulator) -> None:
    answer = emulated_aws(emulator)("sts", "AssumeRole", KEY)

    assert set(answer["Credentials"]) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}


def test_the_emulator_refuses_with_a_code(emulator: Emulator) -> None:
    with pytest.raises(AwsRequestError) as raised:
        emulated_aws(emulator)("sts", "AssumeRole", {**KEY, "RoleArn": "not an ARN"})

    assert raised.value.code == "ValidationError"
    assert not raised.value.is_passing
