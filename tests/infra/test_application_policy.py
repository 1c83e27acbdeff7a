from __future__ import annotations

from botocore.loaders import Loader

from schedule_client import ScheduleSettings
from tests.infra.sample import CONFIG, full_stack, sample_stack, statements
from tests.pulumi_harness import run_program

POLICY = "aws:iam/policy:Policy"
PREFIX = "schedule-catalog-dev-eu-west-1"
ACTIONS = {"Create", "Get", "Update", "Delete"}


def test_an_application_may_use_the_schedules_with_its_prefix_list_names_and_give_its_two_roles():
    make, give, list_names = statements(
        sample_stack()[POLICY, "application-billing-policy"].inputs["policy"],
    )

    assert set(make["Action"]) == {f"scheduler:{action}Schedule" for action in ACTIONS}
    assert make["Resource"] == [
        "arn:aws:scheduler:eu-west-1:123456789012:schedule/schedule-catalog-dev-eu-west-1-adhoc/billing-*"
    ]
    assert (give["Action"], give["Resource"], give["Condition"]) == (
        ["iam:PassRole"],
        [f"arn:aws:iam::123456789012:role/{PREFIX}-{role}" for role in ("adhoc-role", "application-billing-role")],
        {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
    )
    assert (list_names["Action"], list_names["Resource"]) == (["scheduler:ListSchedules"], ["*"])


def test_an_isolated_application_gives_its_schedules_its_own_role_and_no_other():
    _, give, _ = statements(full_stack()[POLICY, "application-billing-policy"].inputs["policy"])

    assert give["Resource"] == [f"arn:aws:iam::123456789012:role/{PREFIX}-application-billing-role"]


def test_a_retired_application_makes_no_more_calls_and_its_policy_stays_attached():
    cancel, list_names = statements(full_stack()[POLICY, "application-old-policy"].inputs["policy"])

    assert cancel["Action"] == ["scheduler:GetSchedule", "scheduler:DeleteSchedule"]
    assert cancel["Resource"] == [f"arn:aws:scheduler:eu-west-1:123456789012:schedule/{PREFIX}-adhoc/old-*"]
    assert list_names["Action"] == ["scheduler:ListSchedules"]
    for export in ("application_policies", "application_environments"):
        assert set(full_stack().outputs[export]) == {"billing", "shop"}


def test_an_application_is_told_its_own_alias_and_role():
    told = ScheduleSettings.from_environment(sample_stack().outputs["application_environments"]["billing"])

    assert told.target_arn == f"arn:aws:lambda:eu-west-1:123456789012:function:{PREFIX}-proxy:billing"
    assert told.role_arn == f"arn:aws:iam::123456789012:role/{PREFIX}-application-billing-role"
    assert (told.name_prefix, told.group) == ("billing-", f"{PREFIX}-adhoc")


def test_each_application_has_a_policy_with_its_own_prefix_and_an_export():
    stack = run_program({**CONFIG, "applications": {"shop": {"prefix": "store-"}, "billing": {}}})

    bound = {
        name: statements(policy.inputs["policy"])[0]["Resource"][0].rpartition("/")[2]
        for name, policy in stack.of_type(POLICY).items()
        if name.startswith("application-")
    }
    assert bound == {"application-shop-policy": "store-*", "application-billing-policy": "billing-*"}
    assert stack.outputs["application_policies"] == {
        name: f"arn:aws:iam::123456789012:policy/schedule-catalog-dev-eu-west-1-application-{name}"
        for name in ("shop", "billing")
    }


def test_a_stack_without_applications_has_no_such_policy():
    stack = run_program({**CONFIG, "applications": {}})

    assert set(stack.of_type(POLICY)) == {"operators-policy"}
    assert stack.outputs["application_policies"] == {}


def test_a_listing_tells_an_application_of_others_schedules_no_request_and_no_time():
    """What AWS answers ListSchedules with, in the model that boto3 has of it."""
    shapes = Loader().load_service_model("scheduler", "service-2")["shapes"]
    listed, target = shapes["ScheduleSummary"]["members"], shapes["TargetSummary"]["members"]

    assert set(listed) == {"Arn", "CreationDate", "GroupName", "LastModificationDate", "Name", "State", "Target"}
    assert set(target) == {"Arn"}


def test_only_a_stack_with_a_ledger_has_pauses_and_a_policy_for_them():
    stack = run_program({**CONFIG, "applications": {}, "ledger": False})

    assert stack.of_type(POLICY) == {}
    assert stack.outputs.get("operators_policy") is None
