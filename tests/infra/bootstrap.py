"""The template of what a deployment stands on, with CloudFormation's functions as what they give."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.docs.page import ROOT

BOOTSTRAP = ROOT / "infra" / "bootstrap"


def template(account: str) -> dict[str, Any]:
    """Return the template in an account, for the repository `your-company/schedules`."""
    parameters = {
        "AWS::Partition": "aws",
        "AWS::AccountId": account,
        "AWS::Region": "eu-west-1",
        "Project": "schedule-catalog",
        "Repository": "your-company/schedules",
        "Branch": "main",
        "Environment": "prod",
        "State.Arn": "arn:aws:s3:::state-bucket",
        "Key.Arn": f"arn:aws:kms:eu-west-1:{account}:key/abc",
    }

    class Loader(yaml.SafeLoader):
        """One of its own, for a constructor is the loader's."""

    def given(loader: yaml.SafeLoader, function: str, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return loader.construct_sequence(node)  # type: ignore[arg-type]
        if function == "Sub":
            return re.sub(r"\$\{([\w.:]+)\}", lambda found: parameters.get(found[1], found[1]), node.value)
        return parameters.get(node.value, node.value)

    Loader.add_multi_constructor("!", given)
    return yaml.load((BOOTSTRAP / "stack.yaml").read_text(), Loader)
