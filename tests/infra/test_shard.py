"""A catalog in two stacks: the core, and a shard with schedules alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from schedule_catalog.deployment.manifest import Manifest
from schedule_catalog.deployment.names import Names
from tests.infra.sample import CONFIG, FULL
from tests.pulumi_harness import REGION, Deployment, RecordingMonitor, run_program

SCHEDULE = "aws:scheduler/schedule:Schedule"
NAMES = Names("schedule-catalog", "prod", REGION)
CORE = {"files": ["operations.yaml"]}
PART = {"core": "prod", "files": ["billing.yaml", "crm/leads.yaml"]}
FILES = {"operations.yaml": "vacuum", "billing.yaml": "bill", "crm/leads.yaml": "lead"}


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules" / "crm").mkdir(parents=True)
    for file, name in FILES.items():
        entry = {"rate": "5 minutes", "request": {"service": "billing", "path": "/x"}}
        (tmp_path / "schedules" / file).write_text(json.dumps({"owner": "team", "schedules": {name: entry}}))
    write(tmp_path, "prod", {**CONFIG, "shard": CORE})
    write(tmp_path, "part", {"shard": PART})
    return tmp_path


def write(folder: Path, stack: str, settings: dict[str, Any]) -> None:
    config = {f"schedule-catalog:{key}": value for key, value in settings.items()}
    (folder / f"Pulumi.{stack}.yaml").write_text(json.dumps({"config": config}))


def core(folder: Path, **config: Any) -> Deployment:
    return run_program({**CONFIG, "catalog": str(folder / "schedules"), "shard": CORE, **config}, stack="prod")


def manifest(core: Deployment) -> str:
    return core["aws:ssm/parameter:Parameter", "manifest-parameter"].inputs["insecureValue"]


def part(folder: Path, parameters: dict[str, str] | None = None, **config: Any) -> Deployment:
    given = {NAMES.manifest: manifest(core(folder))} if parameters is None else parameters
    return run_program(
        {"catalog": str(folder / "schedules"), "shard": PART, **config},
        stack="part",
        monitor=lambda preview: RecordingMonitor(preview, given),
    )


def refused(*arguments: Any, **config: Any) -> str:
    with pytest.raises(pulumi.RunError) as caught:
        part(*arguments, **config)
    return str(caught.value)


def test_every_entry_is_in_exactly_one_stack(folder: Path):
    assert [*core(folder).of_type(SCHEDULE), *part(folder).of_type(SCHEDULE)] == ["vacuum", "bill", "lead"]


def test_a_shard_holds_schedules_alone(folder: Path):
    assert {each.type for each in part(folder).resources.values()} == {
        "pulumi:pulumi:Stack",
        "schedule-catalog:index:CatalogSchedules",
        SCHEDULE,
    }
    assert part(folder).outputs == {
        "core": "prod",
        "catalog_group": NAMES.catalog_group,
        "schedules": {"deployed": 2, "finished": 0},
    }


def test_a_shards_schedules_are_encrypted_with_the_key_of_the_core_stack(folder: Path):
    write(folder, "prod", {**CONFIG, "kms_key_arn": FULL["kms_key_arn"], "shard": CORE})

    assert {each.inputs["kmsKeyArn"] for each in part(folder).of_type(SCHEDULE).values()} == {FULL["kms_key_arn"]}


def test_a_shards_schedule_is_what_it_would_be_in_the_core_stack(folder: Path):
    whole = core(folder, shard=None)
    for name, schedule in part(folder).of_type(SCHEDULE).items():
        assert schedule.inputs == whole[SCHEDULE, name].inputs
        assert schedule.inputs["target"]["retryPolicy"]["maximumRetryAttempts"] == 3, "as the core's settings have it"
        assert schedule.parent == "schedules"


def previewed(folder: Path) -> Deployment:
    """The shard's preview beside the core stack."""
    given = {NAMES.manifest: manifest(core(folder))}
    return run_program(
        {"catalog": str(folder / "schedules"), "shard": PART},
        stack="part",
        preview=True,
        monitor=lambda preview: RecordingMonitor(preview, given),
    )


def test_a_shard_previews_what_it_will_be(folder: Path):
    preview = previewed(folder)

    assert {each.name: each.inputs for each in preview.of_type(SCHEDULE).values()} == {
        each.name: each.inputs for each in part(folder).of_type(SCHEDULE).values()
    }


def test_the_core_stacks_group_cannot_be_deleted_under_its_shards(folder: Path):
    group = "aws:scheduler/scheduleGroup:ScheduleGroup", "groups-catalog"

    assert core(folder)[group].protect
    (folder / "Pulumi.part.yaml").unlink()
    assert not core(folder, shard=None)[group].protect


@pytest.mark.parametrize("run", [core, part])
def test_a_file_that_is_in_no_stack_stops_every_stack(folder: Path, run: Any):
    (folder / "schedules" / "new.yaml").write_text((folder / "schedules" / "billing.yaml").read_text())
    with pytest.raises(pulumi.RunError, match=r'new.yaml:1:1: error: no stack deploys this file: .*"part", "prod"'):
        run(folder)


def test_a_file_that_is_in_two_stacks_stops_both(folder: Path):
    both = {"files": [*CORE["files"], "billing.yaml"]}
    with pytest.raises(pulumi.RunError, match='"part" and "prod" both deploy this file'):
        core(folder, shard=both)
    write(folder, "prod", {**CONFIG, "shard": both})
    assert '"part" and "prod" both deploy this file' in refused(folder, {})


def test_a_shard_waits_for_its_core_stack(folder: Path):
    assert refused(folder, {}) == (
        f'the stack "prod" has no manifest "{NAMES.manifest}" in this account and region: '
        f"run pulumi up --stack prod first (invoke of aws:ssm/getParameter:getParameter failed: "
        f"reading SSM Parameter ({NAMES.manifest}): couldn't find resource)"
    )


def test_a_core_stack_of_an_older_program_is_deployed_again_first(folder: Path):
    older = {key: each for key, each in json.loads(manifest(core(folder))).items() if not key.endswith("_arn")}

    assert Manifest.from_json(json.dumps(older)).catalog_role_arn is None
    assert refused(folder, {NAMES.manifest: json.dumps(older)}) == (
        'the stack "prod" was deployed by an older program, without shards: run pulumi up --stack prod first'
    )


OTHER_SETTINGS = (
    'the stack "prod" was deployed with settings that differ from its file: run pulumi up --stack prod first'
)


def test_a_shard_is_refused_what_the_core_lacks(folder: Path):
    deployed = {NAMES.manifest: manifest(core(folder))}
    services = {**CONFIG["services"], "crm": "https://crm.example.com"}
    write(folder, "prod", {**CONFIG, "services": services, "shard": CORE})

    assert refused(folder, deployed) == OTHER_SETTINGS
    part(folder, {NAMES.manifest: manifest(core(folder, services=services))})


def test_a_pull_request_may_add_a_service_and_a_shards_entry_that_calls_it(
    folder: Path, caplog: pytest.LogCaptureFixture
):
    write(folder, "prod", {**CONFIG, "hosts": [*CONFIG["hosts"], "new.example.com"], "shard": CORE})
    preview = previewed(folder)

    assert set(preview.of_type(SCHEDULE)) == {"bill", "lead"}
    assert OTHER_SETTINGS in caplog.messages


def test_what_a_core_stack_of_an_older_program_lacks_is_not_known(folder: Path):
    older = {key: each for key, each in json.loads(manifest(core(folder))).items() if key != "settings_digest"}

    assert refused(folder, {NAMES.manifest: json.dumps(older)}) == OTHER_SETTINGS


def test_a_broken_manifest_is_told_with_its_stack(folder: Path):
    assert refused(folder, {NAMES.manifest: "{}"}) == (
        'the manifest has version null, and this is version 1: update the command; the stack is "prod"'
    )


def test_a_shard_whose_core_stacks_file_is_not_there_is_refused(folder: Path):
    (folder / "Pulumi.prod.yaml").unlink()

    assert refused(folder, {}).startswith("shard.core: no Pulumi.prod.yaml is known")


ROUTES = {"default": "http://127.0.0.1:8080"}


def test_the_laptop_deploys_the_whole_catalog_in_the_core_stack(folder: Path):
    assert set(core(folder, proxy_routes=ROUTES).of_type(SCHEDULE)) == {"vacuum", "bill", "lead"}
    assert refused(folder, {}, proxy_routes=ROUTES) == (
        '"part" is a shard of "prod", which the laptop deploys as one stack: name "prod"'
    )


def test_a_core_whose_proxy_does_not_know_a_member_of_an_event_is_deployed_first(folder: Path):
    older = {key: each for key, each in json.loads(manifest(core(folder))).items() if key != "features"}

    assert refused(folder, {NAMES.manifest: json.dumps(older)}) == (
        'the proxy of the stack "prod" is older, and does not know "recurring" in an event: '
        "run pulumi up --stack prod first"
    )
