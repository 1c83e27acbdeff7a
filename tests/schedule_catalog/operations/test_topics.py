"""Topics that no alarm reaches."""

from __future__ import annotations

from typing import Any

import pytest

from schedule_catalog.operations.errors import AwsError
from schedule_catalog.operations.topics import mute_topics
from schedule_catalog.settings import parse_settings
from tests.schedule_catalog.operations.aws import refusal

ARN = "arn:aws:sns:eu-central-1:123456789012:"
SETTINGS = parse_settings("prod", {"alarm_topic": f"{ARN}alarms", "owners": {"a": {"topic": f"{ARN}a"}, "b": {}}})


class Sns:
    """SNS with the keys of its topics; an error is what it answers instead."""

    def __init__(self, keys: dict[str, str | Exception]) -> None:
        self.keys = keys

    def client(self, service: str) -> Any:
        assert service == "sns"
        return self

    def get_topic_attributes(self, *, TopicArn: str) -> dict[str, Any]:  # noqa: N803
        found = self.keys[TopicArn.removeprefix(ARN)]
        if isinstance(found, Exception):
            raise found
        return {"Attributes": {"TopicArn": TopicArn} | ({"KmsMasterKeyId": found} if found else {})}


@pytest.mark.parametrize("key", ["alias/aws/sns", "arn:aws:kms:eu-central-1:123456789012:alias/aws/sns"])
def test_a_topic_under_aws_s_own_key_hears_no_alarm(key: str) -> None:
    assert mute_topics(Sns({"alarms": key, "a": ""}), SETTINGS) == (f"{ARN}alarms",)


def test_a_topic_under_a_key_of_one_s_own_or_none_is_reached() -> None:
    assert mute_topics(Sns({"alarms": "1234abcd-12ab", "a": ""}), SETTINGS) == ()


def test_a_topic_that_is_gone_hears_none_either() -> None:
    assert mute_topics(Sns({"alarms": "", "a": refusal("NotFound")}), SETTINGS) == (f"{ARN}a",)


def test_without_the_permission_nothing_is_known_and_other_errors_are_told() -> None:
    assert mute_topics(Sns({"alarms": refusal("AuthorizationError"), "a": ""}), SETTINGS) is None
    with pytest.raises(AwsError):
        mute_topics(Sns({"alarms": refusal("InternalError"), "a": ""}), SETTINGS)


def test_a_stack_without_topics_asks_nothing() -> None:
    assert mute_topics(Sns({}), parse_settings("prod", {})) == ()
