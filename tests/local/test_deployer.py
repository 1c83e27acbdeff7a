from __future__ import annotations

import json
import os
import textwrap
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.deployer import Deployer, Program
from local.emulator.emulator import Emulator
from local.errors import DeployerError
from local.program_process import ProgramProcess
from tests.local.deployed import HEAD, QUEUE_ARN, Stack, operations

if TYPE_CHECKING:
    from local.engine.deployment import ResourceChange

TWO_SCHEDULES = f"""
    in_group = group()
    for name in ("one", "two"):
        schedule(name, in_group, "{QUEUE_ARN}")
"""


def test_a_second_deployment_of_the_same_program_changes_nothing(stack: Stack) -> None:
    assert operations(stack.up(TWO_SCHEDULES)) == {"group": "create", "one": "create", "two": "create"}
    again = stack.up(TWO_SCHEDULES)
    assert (operations(again), again.unchanged) == ({}, 3)
    assert stack.schedules() == ["one", "two"]


def test_an_edit_updates_the_one_resource_that_it_touches(stack: Stack) -> None:
    program = """
        in_group = group()
        schedule("one", in_group, "{arn}", expression="{expression}")
        schedule("two", in_group, "{arn}")
    """
    stack.up(program.format(arn=QUEUE_ARN, expression="rate(1 day)"))
    assert operations(stack.up(program.format(arn=QUEUE_ARN, expression="rate(4 days)"))) == {"one": "update"}
    found = stack.client("scheduler").get_schedule(GroupName=f"{stack.name}-group", Name="one")
    assert found["ScheduleExpression"] == "rate(4 days)"


def test_what_the_program_no_longer_makes_is_deleted(stack: Stack) -> None:
    stack.up(TWO_SCHEDULES)
    assert operations(stack.up(TWO_SCHEDULES.replace('("one", "two")', '("one",)'))) == {"two": "delete"}
    assert stack.schedules() == ["one"]


def test_dependents_are_deleted_first(stack: Stack) -> None:
    stack.up('made = role()\naws.iam.RolePolicy("policy", role=made.name, policy=POLICY)')
    deployment = stack.up("")
    assert [(change.name, change.operation) for change in deployment.changes] == [
        ("policy", "delete"),
        ("role", "delete"),
    ]


def test_a_renamed_group_replaces_itself_and_its_schedules(stack: Stack) -> None:
    stack.up(TWO_SCHEDULES)
    renamed = TWO_SCHEDULES.replace("group()", 'aws.scheduler.ScheduleGroup("group", name=f"{stack}-new")')
    assert operations(stack.up(renamed)) == {"group": "replace", "one": "replace", "two": "replace"}
    groups = stack.client("scheduler").list_schedule_groups(NamePrefix=stack.name)["ScheduleGroups"]
    assert [group["Name"] for group in groups] == [f"{stack.name}-new"]


def test_a_replacement_of_the_same_name_takes_down_what_cannot_be_without_it(stack: Stack) -> None:
    program = 'made = role()\naws.iam.RolePolicy("policy", name="p", role=made.name, policy=POLICY)'
    stack.up(program)
    assert operations(stack.up(program.replace("role()", 'role(path="/new/")'))) == {
        "role": "replace",
        "policy": "replace",
    }
    assert stack.client("iam").get_role(RoleName=f"{stack.name}-role")["Role"]["Path"] == "/new/"
    assert stack.client("iam").list_role_policies(RoleName=f"{stack.name}-role")["PolicyNames"] == ["p"]


FUNCTION = """
    function = aws.lambda_.Function("function", name=f"{stack}-f", role=role().arn, code=pulumi.FileArchive("code"),
        handler="handler.handle", runtime="python3.13", publish=True, environment={"variables": {"OWN": "1"}})
    aws.lambda_.Alias("alias", name="live", function_name=function.name, function_version=function.version)
"""


def test_edited_code_makes_a_version_that_the_alias_follows(stack: Stack) -> None:
    code = stack.folder / "code"
    code.mkdir()
    (code / "handler.py").write_text("import os\ndef handle(event, context): return dict(os.environ)\n")
    stack.up(FUNCTION)
    (code / "handler.py").touch()
    assert operations(stack.up(FUNCTION)) == {}
    first = stack.client("lambda").invoke(FunctionName=f"{stack.name}-f", Qualifier="live")
    assert json.loads(first["Payload"].read())["OWN"] == "1"
    (code / "handler.py").write_text("def handle(event, context): return context.invoked_function_arn\n")
    assert operations(stack.up(FUNCTION)) == {"function": "update", "alias": "update"}
    answer = stack.client("lambda").invoke(FunctionName=f"{stack.name}-f", Qualifier="live")
    assert answer["Payload"].read().endswith(b'-f:live"')


def test_an_http_api_has_the_laptops_url(stack: Stack) -> None:
    api = 'pulumi.export("url", aws.apigatewayv2.Api("api", name=f"{stack}-api", protocol_type="HTTP").api_endpoint)'
    assert stack.up(api).outputs == {"url": "http://127.0.0.1:9"}
    assert stack.up(api).outputs == {"url": "http://127.0.0.1:9"}


FAILING = """
    good = aws.sqs.Queue("good", name=f"{stack}-good")
    bad = aws.sqs.Queue("bad", name=f"{stack}-bad", visibility_timeout_seconds=VISIBILITY)
    aws.ssm.Parameter("dependent", name=f"/{stack}/dependent", type="String", value=bad.arn)
    aws.ssm.Parameter("independent", name=f"/{stack}/independent", type="String", value=good.arn)
    pulumi.export("bad", bad.arn)
"""


def test_a_failing_resource_stops_only_what_depends_on_it_and_the_next_deployment_resumes(stack: Stack) -> None:
    broken = stack.up(FAILING.replace("VISIBILITY", "10**9"))
    assert {change.name for change in broken.changes} == {"good", "independent"}
    messages = {failure.name: failure.message for failure in broken.failures}
    assert "VisibilityTimeout" in messages["bad"]
    assert messages["dependent"] == 'was left as it is, because "bad" failed'
    assert (broken.succeeded, broken.error, broken.outputs) == (False, None, {"bad": None})
    assert operations(stack.up(FAILING.replace("VISIBILITY", "30"))) == {"bad": "create", "dependent": "create"}


def test_nothing_is_deleted_because_another_resource_failed(stack: Stack) -> None:
    stack.up(FAILING.replace("VISIBILITY", "30"))
    broken = stack.up(FAILING.replace("VISIBILITY", "10**9"))
    assert not broken.changes
    assert stack.client("ssm").get_parameter(Name=f"/{stack.name}/dependent")


def test_the_text_of_a_run_error_comes_back_as_it_is_and_the_old_deployment_stays(stack: Stack) -> None:
    stack.up(TWO_SCHEDULES)
    text = "schedules/a.yaml:3:5: error: two [x]\\nschedules/b.yaml:1:1: error: one [y]"
    deployment = stack.up(f'raise pulumi.RunError("{text}")')
    assert deployment.error == text.replace("\\n", "\n")
    assert not deployment.changes
    assert stack.schedules() == ["one", "two"]


def test_a_crash_of_the_program_is_a_traceback_that_names_its_line(stack: Stack) -> None:
    deployment = stack.up("1 / 0")
    assert deployment.error is not None
    assert "ZeroDivisionError" in deployment.error
    assert "__main__.py" in deployment.error
    assert "local/engine" not in deployment.error


def test_a_program_that_ends_itself_with_a_code_has_failed(stack: Stack) -> None:
    assert stack.up("raise SystemExit(3)").error == "the program ended itself with 3"


def test_a_program_that_ends_itself_early_deletes_nothing(stack: Stack) -> None:
    stack.up(TWO_SCHEDULES)
    assert stack.up("raise SystemExit(0)").error == "the program ended itself with 0"
    assert stack.schedules() == ["one", "two"]


def test_two_resources_of_one_urn_are_an_error(stack: Stack) -> None:
    deployment = stack.up('for _ in "ab": aws.sqs.Queue("same")')
    assert ["two resources of the program have the URN" in failure.message for failure in deployment.failures] == [True]


def test_two_resources_of_one_name_are_an_error_though_the_api_would_take_both(stack: Stack) -> None:
    deployment = stack.up('for key in "ab": aws.sqs.Queue(key, name=f"{stack}-same")')
    assert [f'"{stack.name}-same" is the name of another resource' in one.message for one in deployment.failures] == [
        True
    ]


def test_a_resource_renamed_without_an_alias_is_refused_and_the_old_one_stays(stack: Stack) -> None:
    stack.up('aws.sqs.Queue("old", name=f"{stack}-q")')
    deployment = stack.up('aws.sqs.Queue("new", name=f"{stack}-q")')
    assert not deployment.changes
    assert "rename one, or give it an alias" in deployment.failures[0].message


def test_a_secret_variable_of_a_function_is_kept_secret(stack: Stack) -> None:
    (stack.folder / "code").mkdir()
    (stack.folder / "code" / "handler.py").write_text("")
    stack.up(FUNCTION.replace('"1"', 'pulumi.Output.secret("open-sesame")'))
    configuration = stack.client("lambda").get_function_configuration(FunctionName=f"{stack.name}-f")
    assert configuration["Environment"]["Variables"] == {"OWN": "open-sesame"}
    assert "open-sesame" not in stack.state


def test_an_unknown_type_is_named_with_the_place_to_add_it(stack: Stack) -> None:
    (failure,) = stack.up('aws.s3.Bucket("bucket")').failures
    assert failure.message == (
        'the laptop cannot deploy "aws:s3/bucket:Bucket" yet: add a class for it in local/resources/'
    )


def test_an_unknown_function_of_the_provider_is_named(stack: Stack) -> None:
    error = stack.up("aws.get_availability_zones()").error
    assert error is not None
    assert 'the laptop cannot answer "aws:index/getAvailabilityZones:getAvailabilityZones" yet' in error


def test_the_program_learns_its_account_and_region(stack: Stack) -> None:
    deployment = stack.up(
        'pulumi.export("who", aws.get_caller_identity().account_id)\npulumi.export("where", aws.get_region().region)'
    )
    assert deployment.outputs == {"who": "000000000000", "where": stack.emulator.region}


def test_an_explicit_provider_makes_its_resources_here_too(stack: Stack) -> None:
    program = """
        provider = aws.Provider("elsewhere", region="eu-west-1")
        aws.sqs.Queue("queue", name=f"{stack}-q", opts=Options(provider=provider))
    """
    assert operations(stack.up(program)) == {"queue": "create"}
    assert stack.client("sqs").get_queue_url(QueueName=f"{stack.name}-q")


def test_an_aliased_resource_is_renamed_and_not_replaced(stack: Stack) -> None:
    stack.up('aws.sqs.Queue("old", name=f"{stack}-q")')
    renamed = 'aws.sqs.Queue("new", name=f"{stack}-q", opts=Options(aliases=[pulumi.Alias(name="old")]))'
    assert operations(stack.up(renamed)) == {}
    assert '::old"' not in stack.state


def test_a_made_up_name_is_kept(stack: Stack) -> None:
    program = 'pulumi.export("name", aws.sqs.Queue("queue", visibility_timeout_seconds=%d).name)'
    first = stack.up(program % 10).outputs["name"]
    assert first.startswith("queue-")
    assert stack.up(program % 20).outputs["name"] == first


def test_ignored_changes_are_left_alone(stack: Stack) -> None:
    program = """
        left = Options(ignore_changes=["visibilityTimeoutSeconds"])
        aws.sqs.Queue("queue", visibility_timeout_seconds=%d, opts=left)
    """
    stack.up(program % 10)
    assert operations(stack.up(program % 20)) == {}


def test_removing_a_protected_resource_warns_of_what_pulumi_up_would_say(stack: Stack) -> None:
    stack.up('aws.sqs.Queue("queue", opts=Options(protect=True))')
    deployment = stack.up("")
    assert operations(deployment) == {"queue": "delete"}
    assert deployment.warnings == (
        '"queue" (aws:sqs/queue:Queue) is protected: it is deleted here, and `pulumi up` will refuse to',
    )


def test_replacing_a_protected_resource_warns_too(stack: Stack) -> None:
    stack.up('aws.sqs.Queue("queue", name="old", opts=Options(protect=True))')
    deployment = stack.up('aws.sqs.Queue("queue", name="new", opts=Options(protect=True))')
    assert operations(deployment) == {"queue": "replace"}
    assert deployment.warnings == (
        '"queue" (aws:sqs/queue:Queue) is protected: it is replaced here, and `pulumi up` will refuse to',
    )


def test_a_killed_deployment_is_an_error_and_the_next_one_resumes(stack: Stack) -> None:
    killed = """
        import os, signal
        first = aws.sqs.Queue("first", name=f"{stack}-first")
        first.arn.apply(lambda arn: os.kill(os.getpid(), signal.SIGKILL) if DIE else arn)
        aws.sqs.Queue("second", name=f"{stack}-second", redrive_policy=first.arn.apply(
            lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})))
    """
    with pytest.raises(DeployerError, match="was killed"):
        stack.up(killed.replace("DIE", "True"))
    assert operations(stack.up(killed.replace("DIE", "False"))) == {"second": "create"}


def test_the_first_deployment_makes_anew_what_was_deleted_by_hand(stack: Stack, process: ProgramProcess) -> None:
    stack.up(TWO_SCHEDULES)
    stack.client("scheduler").delete_schedule(GroupName=f"{stack.name}-group", Name="one")
    assert operations(stack.up(TWO_SCHEDULES)) == {}
    again = Stack(stack.folder, stack.name, stack.emulator, process)
    assert operations(again.up(TWO_SCHEDULES)) == {"one": "create"}
    assert stack.schedules() == ["one", "two"]


def test_what_a_killed_deployment_made_but_did_not_record_is_made_anew(stack: Stack) -> None:
    stack.client("scheduler").create_schedule_group(Name=f"{stack.name}-group")
    assert operations(stack.up("group()")) == {"group": "create"}


def test_an_interrupted_deployment_is_brought_to_its_end(stack: Stack) -> None:
    def interrupt(change: ResourceChange) -> None:
        raise KeyboardInterrupt

    (stack.folder / "__main__.py").write_text(HEAD + textwrap.dedent(TWO_SCHEDULES))
    with pytest.raises(KeyboardInterrupt):
        stack.deployer.deploy(interrupt)
    assert operations(stack.up(TWO_SCHEDULES)) == {}
    assert stack.schedules() == ["one", "two"]


def test_a_process_that_cannot_start_shows_the_end_of_its_log(stack: Stack, tmp_path: Path) -> None:
    broken = ProgramProcess("no endpoint", "", tmp_path / "program.log")
    deployer = Deployer(Program(stack.folder, stack.name), stack.emulator, tmp_path / "state", process=broken)
    with pytest.raises(DeployerError, match=r"program\.log:\n(.*\n)+.*no endpoint"):
        deployer.deploy()
    broken.close()


def test_settings_reach_the_program_and_encrypted_ones_are_placeholders(stack: Stack) -> None:
    stack.settings("config:\n  test:plain: {a: [1]}\n  test:hidden: {secure: abc}\n  aws:region: mars-1\n")
    deployment = stack.up(
        'config = pulumi.Config()\npulumi.export("plain", config.require_object("plain"))\n'
        'pulumi.export("hidden", config.require("hidden"))'
    )
    assert deployment.outputs == {"plain": {"a": [1]}, "hidden": "local-placeholder"}


def test_a_program_sees_nothing_of_the_users_environment(stack: Stack) -> None:
    names = stack.up('import os\npulumi.export("names", list(os.environ))').outputs["names"]
    assert set(names) & set(os.environ) <= {"PATH", "HOME", "LANG", "LC_CTYPE"}


def test_changes_are_told_as_they_happen(stack: Stack) -> None:
    heard: list[str] = []
    (stack.folder / "__main__.py").write_text(HEAD + textwrap.dedent(TWO_SCHEDULES))
    stack.deployer.deploy(lambda change: heard.append(change.name))
    assert Counter(heard) == {"group": 1, "one": 1, "two": 1}


def test_another_life_of_the_emulator_is_deployed_to_from_empty(tmp_path: Path) -> None:
    """The process outlives the emulator, which keeps its port."""
    with Emulator(tmp_path / "emulator") as emulator:
        process = ProgramProcess(emulator.endpoint, emulator.region, tmp_path / "log")

    def operations_of(state: Path) -> dict[str, str]:
        with Emulator(tmp_path / "emulator") as emulator:
            stack = Stack(tmp_path, "dev", emulator, process)
            stack.deployer = Deployer(Program(tmp_path, "dev"), emulator, state, process=process)
            return operations(stack.up(TWO_SCHEDULES))

    everything = {"group": "create", "one": "create", "two": "create"}
    try:
        assert operations_of(tmp_path / "a") == everything
        assert operations_of(tmp_path / "a") == {}
        assert operations_of(tmp_path / "b") == everything
    finally:
        process.close()
