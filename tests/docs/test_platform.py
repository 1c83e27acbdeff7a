"""docs/platform.md against the exports and the reusable workflow."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
import yaml

from schedule_catalog.settings import Settings
from tests.docs.page import ROOT, blocks, found

PAGES = {path.stem: path.read_text() for path in (ROOT / "docs").glob("*.md")}
PAGE = PAGES["platform"] + PAGES["repository"]


def test_every_key_that_a_page_sets_exists() -> None:
    pages = [re.sub(r"```console.*?```", "", page, flags=re.DOTALL) for page in PAGES.values()]
    named = {key for page in pages for key in re.findall(r"schedule-catalog:([a-z_]+)", page)}

    assert named - {field.name for field in fields(Settings)} == set()


def test_the_exports_are_those_of_the_program() -> None:
    table = PAGE.partition("### Exports")[2].partition("###")[0]
    program = "".join((ROOT / path).read_text() for path in ("infra/core.py", "__main__.py"))
    exported = re.findall(r'pulumi\.export\("(\w+)"', program)

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == exported


def test_the_actions_of_the_policies_are_those_of_the_program() -> None:
    table = PAGE.partition("### Policies at a glance")[2].partition("\n## ")[0]
    sources = "".join(path.read_text() for path in (ROOT / "infra").glob("*.py"))
    services = "ssm|sqs|logs|lambda|secretsmanager|sns|dynamodb|kms|scheduler|ec2"
    conditions = "SourceFunctionArn|EncryptionContext|ViaService|LeadingKeys"
    actions = rf"\b(?:{services}):(?!{conditions})[A-Z]\w+|iam:PassRole"

    assert set(re.findall(actions, table)) == set(re.findall(actions, sources))


@pytest.mark.parametrize("name", ["schedules", "schedules-comment"])
def test_a_companys_workflow_calls_one_of_ours_with_what_it_takes_and_the_rights_it_needs(name: str) -> None:
    (caller,) = (yaml.safe_load(each.text) for each in blocks(PAGE) if each.title.endswith(f"/{name}.yml"))
    ((_, job),) = caller["jobs"].items()
    workflow, version = found(r"^your-company/schedule-catalog/(.+)@([0-9a-f]{40})$", job["uses"]).groups()
    called = yaml.load((ROOT / workflow).read_text(), Loader=yaml.BaseLoader)
    inputs = (called["on"]["workflow_call"] or {}).get("inputs", {})
    needed = {right for each in called["jobs"].values() for right in each["permissions"].items()}

    assert set(job.get("with", {})) <= set(inputs)
    assert {key for key, each in inputs.items() if each.get("required") == "true"} <= set(job.get("with", {}))
    assert needed <= {*job["permissions"].items(), ("contents", "read"), ("actions", "read")}
    assert job.get("with", {}).get("version", version) == version


def test_every_input_of_the_review_is_on_the_page() -> None:
    review = yaml.load((ROOT / ".github/workflows/review.yml").read_text(), Loader=yaml.BaseLoader)
    inputs = review["on"]["workflow_call"]["inputs"]

    assert [key for key in inputs if not re.search(rf"(?:`|^      ){key}\b", PAGE, re.MULTILINE)] == []


def test_the_hook_of_the_page_is_one_of_ours() -> None:
    (config,) = (yaml.safe_load(each.text) for each in blocks(PAGE) if each.title == ".pre-commit-config.yaml")
    ours = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}

    assert {hook["id"] for repository in config["repos"] for hook in repository["hooks"]} == ours
