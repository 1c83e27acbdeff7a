from __future__ import annotations

from infra.account import Account


def test_an_arn_is_of_the_account_its_region_and_its_partition():
    account = Account(id="123456789012", region="us-gov-west-1", partition="aws-us-gov")

    assert account.arn("ssm", "parameter/x") == "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/x"
