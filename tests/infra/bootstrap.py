"""The template of what a deployment stands on, with CloudFormation's functions as what they give."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.docs.page import ROOT

BOOTSTRAP = ROOT / "infra" / "bootstrap"
NOTHING = object()
"""What `AWS::NoValue` stands for: the place where it is written is left out."""


def template(account: str, **given: str) -> dict[str, Any]:
    """Return the template in an account, for the repository `your-company/schedules` and with the parameters given."""
    written = yaml.load((BOOTSTRAP / "stack.yaml").read_text(), _loader())
    defaults = {name: each.get("Default", "") for name, each in written["Parameters"].items()}
    known: dict[str, Any] = {
        **defaults,
        "AWS::Partition": "aws",
        "AWS::AccountId": account,
        "AWS::Region": "eu-west-1",
        "AWS::NoValue": NOTHING,
        "Repository": "your-company/schedules",
        "State.Arn": "arn:aws:s3:::state-bucket",
        "Key.Arn": f"arn:aws:kms:eu-west-1:{account}:key/abc",
        **given,
    }
    return _Functions(known, written["Conditions"]).value(written)


def _loader() -> type[yaml.SafeLoader]:
    class Loader(yaml.SafeLoader):
        """One of its own, for a constructor is the loader's."""

    def function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> tuple[str, Any]:
        if isinstance(node, yaml.ScalarNode):
            return name, loader.construct_scalar(node)
        assert isinstance(node, yaml.SequenceNode)
        return name, loader.construct_sequence(node, deep=True)

    Loader.add_multi_constructor("!", function)
    return Loader


class _Functions:
    """CloudFormation's functions; a call of one is a tuple of its name and its argument."""

    def __init__(self, known: dict[str, Any], conditions: dict[str, Any]) -> None:
        self._known, self._conditions = known, conditions

    def value(self, written: Any) -> Any:
        if isinstance(written, tuple):
            return self._call(*written)
        if isinstance(written, dict):
            found = {key: self.value(each) for key, each in written.items()}
            return {key: each for key, each in found.items() if each is not NOTHING}
        if isinstance(written, list):
            return [each for each in map(self.value, written) if each is not NOTHING]
        return written

    def _call(self, name: str, argument: Any) -> Any:
        if name == "If":
            condition, then, otherwise = argument
            return self.value(then if self.value(self._conditions[condition]) else otherwise)
        argument = self.value(argument)
        match name:
            case "Sub":
                text, more = argument if isinstance(argument, list) else (argument, {})
                return re.sub(
                    r"\$\{([\w.:]+)\}", lambda found: str({**self._known, **more}.get(found[1], found[1])), text
                )
            case "Ref" | "GetAtt":
                return self._known.get(argument, argument)
            case "Equals":
                return argument[0] == argument[1]
            case "Not":
                return not argument[0]
            case "Join":
                return argument[0].join(argument[1])
            case "Split":
                return argument[1].split(argument[0])
            case "Select":
                return argument[1][int(argument[0])]
            case _:
                raise AssertionError(f"the tests do not know !{name}")
