from __future__ import annotations

from tests.infra.sample import CONFIG, sample_stack, statements
from tests.pulumi_harness import run_program

POLICY = "aws:iam/policy:Policy"
ACTIONS = {"Create", "Get", "Update", "Delete"}


def test_an_application_may_use_the_schedules_with_its_prefix_list_names_and_give_the_one_role():
    make, give, list_names = statements(
        sample_stack()[POLICY, "application-billing-policy"].inputs["policy"],
    )

    assert set(make["Action"]) == {f"scheduler:{action}Schedule" for action in ACTIONS}
    assert make["Resource"] == [
        "arn:aws:scheduler:eu-west-1:123456789012:schedule/schedule-catalog-dev-eu-west-1-adhoc/billing-*"
    ]
    assert (give["Action"], give["Resource"], give["Condition"]) == (
        ["iam:PassRole"],
        ["arn:aws:iam::123456789012:role/schedule-catalog-dev-eu-west-1-adhoc-role"],
        {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
    )
    assert (list_names["Action"], list_names["Resource"]) == (["scheduler:ListSchedules"], ["*"])


def test_each_application_has_a_policy_with_its_own_prefix_and_an_export():
    stack = run_program({**CONFIG, "applications": {"shop": {"prefix": "store-"}, "billing": {}}})

    bound = {
        name: statements(policy.inputs["policy"])[0]["Resource"][0].rpartition("/")[2]
        for name, policy in stack.of_type(POLICY).items()
    }
    assert bound == {"application-shop-policy": "store-*", "application-billing-policy": "billing-*"}
    assert stack.outputs["application_policies"] == {
        name: f"arn:aws:iam::123456789012:policy/schedule-catalog-dev-eu-west-1-application-{name}"
        for name in ("shop", "billing")
    }


def test_a_stack_without_applications_has_no_such_policy():
    stack = run_program({**CONFIG, "applications": {}})

    assert stack.of_type(POLICY) == {}
    assert stack.outputs["application_policies"] == {}
