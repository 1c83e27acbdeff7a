from __future__ import annotations

from typing import Any

import pytest

from schedule_catalog.errors import ManifestError
from schedule_catalog.operations import AwsError, StackError, find_stack
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, Clients, arn, refusal


class Parameters:
    """SSM with one parameter."""

    def __init__(self, text: str | Exception) -> None:
        self._text = text

    def client(self, service: str) -> Any:
        assert service == "ssm"
        return self

    def get_parameter(self, *, Name: str) -> dict[str, Any]:  # noqa: N803
        if isinstance(self._text, Exception):
            raise self._text
        return {"Parameter": {"Value": self._text}} if Name == NAMES.manifest else {}


def test_a_stack_is_found_by_its_names() -> None:
    assert find_stack(Parameters(MANIFEST.to_json()), NAMES).manifest == MANIFEST


def test_a_stack_that_is_not_there_is_said_where_it_was_looked_for() -> None:
    with pytest.raises(StackError) as raised:
        find_stack(Parameters(refusal("ParameterNotFound")), NAMES)

    for word in ('"prod"', '"shop"', "eu-central-1", NAMES.manifest, "pulumi up"):
        assert word in str(raised.value)


def test_a_manifest_of_another_version_and_a_missing_permission_are_told_apart() -> None:
    with pytest.raises(ManifestError):
        find_stack(Parameters('{"v": 2}'), NAMES)
    with pytest.raises(AwsError, match="ssm:GetParameter"):
        find_stack(Parameters(refusal("AccessDeniedException")), NAMES)


def test_the_arn_of_a_schedule_and_the_origin_of_its_group_and_prefix_are_known() -> None:
    stack = Clients().stack

    assert stack.schedule_arn(NAMES.catalog_group, "nightly") == arn("nightly")
    origins = {
        (NAMES.catalog_group, "shop-1"): "catalog",
        (NAMES.adhoc_group, "shop-1"): "shop",
        (NAMES.adhoc_group, "appstore"): "callback",
        (NAMES.adhoc_group, "evil-1"): "adhoc",
        ("x", "shop-1"): None,
    }
    assert {of: stack.origin_of(*of) for of in origins} == origins
