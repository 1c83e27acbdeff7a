"""A request like an earlier one is checked no less: what is remembered changes the cost and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client import Auth, Request, RequestRefusedError, Retry
from schedule_client.checked_input import checked_input
from schedule_client.contract.records import replace
from schedule_client.outline import Outlines, outline_of
from tests.schedule_client.aws import SETTINGS
from tests.schedule_client.test_request_members import MEMBERS, nested

FINE = Request(service="billing", path="/reminders", headers={"X-Team": "billing"}, body={"order": 1042})


def outcome(request: Request, passed: Outlines | None) -> object:
    try:
        return checked_input(request, "adhoc-x-1", None, SETTINGS, passed=passed)
    except RequestRefusedError as error:
        return str(error)


@given(st.lists(st.fixed_dictionaries({}, optional=MEMBERS), min_size=2, max_size=4))
def test_requests_after_each_other_have_the_outcome_that_each_has_by_itself(
    given_members: list[dict[str, Any]],
) -> None:
    passed = Outlines()
    requests = [Request(**{"url": "https://a.example.com/x", **members}) for members in given_members]
    for request in [*requests, *requests]:
        assert outcome(request, passed) == outcome(request, None)


@pytest.mark.parametrize(
    "body",
    [
        {"password": "hunter2-hunter2"},
        {"note": "<aws.scheduler.now>"},
        {1: "a"},
        nested(99),
        {"at": {1, 2}},
        "AKIA" + "A" * 16,
    ],
)
def test_a_body_is_refused_also_after_a_good_one(body: Any) -> None:
    passed = Outlines()
    for fine in ({"order": 1}, "text", [1]):
        checked_input(replace(FINE, body=fine), "adhoc-x-1", None, SETTINGS, passed=passed)

    refusal = outcome(replace(FINE, body=body), None)

    assert "request" in str(refusal)
    assert not str(refusal).startswith("{")
    assert outcome(replace(FINE, body=body), passed) == refusal


def test_a_second_request_with_another_body_has_a_known_outline() -> None:
    passed = Outlines()
    checked_input(FINE, "adhoc-x-1", None, SETTINGS, passed=passed)

    assert outline_of(replace(FINE, body={"order": 1043})) in passed


@pytest.mark.parametrize(
    "other",
    [
        {"body": ["order"]},
        {"body": None},
        {"headers": {"X-Team": "shop"}},
        {"timeout_seconds": True},
        {"retry": Retry(max_attempts=True)},
        {"auth": Auth("bearer", "token")},
        {"method": "PUT"},
    ],
)
def test_what_differs_beside_the_body_is_another_outline(other: dict[str, Any]) -> None:
    passed = Outlines()
    for request in (FINE, replace(FINE, timeout_seconds=1), replace(FINE, retry=Retry(max_attempts=1))):
        checked_input(request, "adhoc-x-1", None, SETTINGS, passed=passed)

    assert outline_of(replace(FINE, **other)) not in passed


def test_the_memory_of_outlines_has_an_end() -> None:
    passed = Outlines()
    outlines = [outline_of(replace(FINE, path=f"/orders/{number}")) or b"" for number in range(1000)]
    for outline in outlines:
        passed.add(outline)

    assert outlines[-1] in passed
    assert sum(outline in passed for outline in outlines) <= 256


class Masked(str):
    """Text that shows itself as stars, such as frameworks have for secrets."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"

    __str__ = __repr__


@pytest.mark.parametrize(
    "members",
    [
        {"body": {"password": Masked("hunter2-hunter2")}},
        {"body": [Masked("AKIA" + "A" * 16)]},
        {"params": {"note": Masked("AKIA" + "A" * 16)}},
        {"path": Masked("/x?api_key=" + "a1b2c3d4" * 4)},
        {"text": Masked("client_secret=hunter2-hunter2")},
    ],
)
def test_a_credential_that_masks_itself_is_refused_like_any_other(members: dict[str, Any]) -> None:
    passed = Outlines()
    for _ in range(2):
        said = str(outcome(Request(**{"service": "billing", "path": "/x", "method": "POST", **members}), passed))
        assert "a catalog contains none" in said
        assert "hunter2" not in said


@pytest.mark.parametrize(
    "members",
    [{"body": {"n": 10**5000}}, {"params": {"n": 10**5000}}, {"timeout_seconds": 10**5000}, {"method": 10**5000}],
)
def test_a_number_that_python_does_not_write_is_refused(members: dict[str, Any]) -> None:
    passed = Outlines()
    for _ in range(2):
        with pytest.raises(RequestRefusedError):
            checked_input(
                Request(**{"service": "billing", "path": "/x", "method": "POST", **members}),
                "adhoc-x-1",
                None,
                SETTINGS,
                passed=passed,
            )
