from __future__ import annotations

from tests.infra.sample import CONFIG, FULL, readable, sample_stack, statements
from tests.pulumi_harness import run_program

FUNCTION = "aws:lambda/function:Function", "proxy"
POLICY = "aws:iam/rolePolicy:RolePolicy", "proxy-function-policy"
IN_VPC = run_program({**CONFIG, "vpc": FULL["vpc"]})


def test_a_vpc_changes_the_proxy_and_what_its_role_may_do_and_nothing_else():
    before = {key: readable(each) for key, each in sample_stack().resources.items()}
    after = {key: readable(each) for key, each in IN_VPC.resources.items()}

    assert before.keys() == after.keys()
    assert {key for key in after if after[key] != before[key]} == {FUNCTION, POLICY}


def test_the_function_is_in_the_subnets_and_the_security_groups():
    inputs = dict(IN_VPC[FUNCTION].inputs)

    assert inputs.pop("vpcConfig") == {
        "subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "securityGroupIds": ["sg-0123456789abcdef0"],
    }
    assert inputs.keys() == sample_stack()[FUNCTION].inputs.keys()


def test_lambda_keeps_the_interfaces_with_the_role_and_the_functions_code_does_not():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html."""
    added = statements(IN_VPC[POLICY].inputs["policy"])[len(statements(sample_stack()[POLICY].inputs["policy"])) :]

    allow, deny = added
    assert (allow["Effect"], deny["Effect"]) == ("Allow", "Deny")
    assert allow["Action"] == deny["Action"]
    function = "arn:aws:lambda:eu-west-1:123456789012:function:schedule-catalog-dev-eu-west-1-proxy"
    assert deny["Condition"] == {"ArnEquals": {"lambda:SourceFunctionArn": function}}
