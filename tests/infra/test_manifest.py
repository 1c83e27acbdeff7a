from __future__ import annotations

from schedule_catalog.deployment.manifest import Manifest
from schedule_catalog.deployment.names import Names
from schedule_catalog.settings import parse_settings, settings_digest
from tests.infra.sample import CONFIG, sample_stack
from tests.pulumi_harness import ACCOUNT, REGION, Deployment, run_program

NAMES = Names("schedule-catalog", "dev", REGION)


def manifest(stack: Deployment) -> Manifest:
    return Manifest.from_json(stack["aws:ssm/parameter:Parameter", "manifest-parameter"].inputs["insecureValue"])


def test_the_manifest_is_found_by_project_stack_and_region_alone():
    parameter = sample_stack()["aws:ssm/parameter:Parameter", "manifest-parameter"]

    assert parameter.inputs["name"] == NAMES.manifest == sample_stack().outputs["manifest"]


def test_the_manifest_names_every_part_as_it_was_deployed():
    found, outputs = manifest(sample_stack()), sample_stack().outputs

    assert (found.project, found.stack, found.region, found.account) == ("schedule-catalog", "dev", REGION, ACCOUNT)
    assert (found.catalog_group, found.adhoc_group) == (outputs["catalog_group"], outputs["SCHEDULER_GROUP_NAME"])
    assert (found.function, found.log_group) == (outputs["proxy_function"], f"/aws/lambda/{NAMES.proxy}")
    assert set(found.aliases) == {"catalog", "adhoc", "retry"}
    assert found.prefixes == {"callback": "app", "billing": "billing-"}
    assert set(found.senders) == {"catalog", "adhoc", "callback", "billing"}
    assert len(set(found.senders.values())) == 4
    assert found.aliases["adhoc"] == outputs["SCHEDULER_TARGET_ARN"]
    assert found.settings_parameter == NAMES.proxy_settings
    assert found.settings_digest == settings_digest(parse_settings("dev", CONFIG, "schedule-catalog"), ())
    assert found.retry_queue_url == outputs["retry_queue_url"]
    assert found.undelivered_queue_url == outputs["undelivered_url"]
    assert found.scheduler_dlq_url == outputs["scheduler_dlq_url"]
    assert found.scheduler_dlq_arn == outputs["SCHEDULER_DLQ_ARN"]
    assert found.adhoc_role_arn == outputs["SCHEDULER_TARGET_ROLE_ARN"]
    assert found.catalog_role_arn == f"arn:aws:iam::{ACCOUNT}:role/{NAMES.catalog_role}"
    assert (found.ledger_table, found.callback_url) == (outputs["ledger_table"], outputs["callback_url"])


def test_the_manifest_of_a_stack_without_a_ledger_names_none():
    assert manifest(run_program({**CONFIG, "ledger": False})).ledger_table is None
