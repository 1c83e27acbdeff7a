"""Topics of a stack's alarms, and whether an alarm can reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.operations.translation import asking, code_of, permitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.operations.access import ServiceClients
    from schedule_catalog.settings import Settings

# AWS's own key has a policy that nobody can change, and that lets in no alarm:
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
_KEY_OF_AWS = "alias/aws/sns"
_ABSENT = ("NotFound", "NotFoundException")


def mute_topics(clients: ServiceClients, settings: Settings) -> tuple[str, ...] | None:
    """Return the ARNs of the topics that no alarm reaches; None without the permission to ask."""
    return permitted(
        lambda: tuple(topic for topic in sorted(set(_topics(settings))) if _is_mute(clients.client("sns"), topic))
    )


def _topics(settings: Settings) -> Iterator[str]:
    for topic in (settings.alarm_topic, *(owner.topic for owner in settings.owners.values())):
        if topic is not None:
            yield topic


def _is_mute(sns: Any, topic: str) -> bool:
    with asking("sns:GetTopicAttributes", topic):
        try:
            attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
        except Exception as error:
            if code_of(error) not in _ABSENT:
                raise
            return True
    return str(attributes.get("KmsMasterKeyId", "")).endswith(_KEY_OF_AWS)
