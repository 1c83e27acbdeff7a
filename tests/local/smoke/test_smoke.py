from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest

from local.emulator.emulator import Emulator
from local.smoke.errors import FailedError, SkippedError
from local.smoke.failures import restore_rights
from local.smoke.run import run
from local.smoke.stack import PROJECT, SmokeStack
from local.smoke.step import Seen, SmokeStep, SmokeVerdict
from local.smoke.steps import STEPS
from schedule_catalog.deployment.names import Names
from tests.local.smoke.emulated_site import EmulatedSite, answering

if TYPE_CHECKING:
    from local.smoke.site import Site


@pytest.fixture(name="site", scope="module")
def _site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedSite]:
    folder = tmp_path_factory.mktemp("smoke")
    with answering() as target, Emulator(folder / "emulator", retry_seconds=0.1, authorize=True) as emulator:
        yield EmulatedSite("smoke-abc123", folder, emulator, target)


@pytest.mark.timeout(400)
def test_every_step_passes_on_the_emulator_or_names_what_the_emulator_lacks(site: EmulatedSite) -> None:
    told: list[Seen] = []
    seen = run(SmokeStack("smoke-abc123", site), STEPS, told.append)

    assert seen == told
    assert [f"{each.step}: {each.saw}" for each in seen if each.verdict is SmokeVerdict.FAIL] == []
    assert {each.step for each in seen if each.verdict is SmokeVerdict.SKIP} == {*site.lacks, "own key"}
    assert [each.step for each in seen] == [*(step.name for step in STEPS), "destroy"]
    assert site.deployments[0]["secret_recovery_days"] == 0


def test_every_reason_of_the_emulator_is_of_a_step(site: EmulatedSite) -> None:
    assert set(site.lacks) <= {step.name for step in STEPS}


def test_a_role_whose_rights_a_killed_run_took_away_gets_them_back(site: EmulatedSite) -> None:
    names, iam = Names(PROJECT, "smoke-killed", site.region), site.clients.client("iam")
    iam.create_role(RoleName=names.proxy_role, AssumeRolePolicyDocument="{}")
    denied = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    iam.put_role_policy(RoleName=names.proxy_role, PolicyName="smoke-denies", PolicyDocument=denied)

    restore_rights(site.clients, names)
    restore_rights(site.clients, names)

    assert iam.list_role_policies(RoleName=names.proxy_role)["PolicyNames"] == []


class _Nowhere:
    """A site at which nothing is."""

    def __init__(self) -> None:
        self.lacks: dict[str, str] = {}
        self.destroyed = 0

    def destroy(self) -> None:
        self.destroyed += 1


def looked(*steps: SmokeStep) -> tuple[list[tuple[str, str, str]], int]:
    site = _Nowhere()
    seen = run(SmokeStack("smoke-1", cast("Site", site)), steps, lambda each: None)
    return [(each.step, each.verdict.value, each.saw) for each in seen], site.destroyed


def _fails(stack: SmokeStack) -> str:
    raise FailedError("seen otherwise")


def _is_skipped(stack: SmokeStack) -> str:
    raise SkippedError("not here")


def _breaks(stack: SmokeStack) -> str:
    raise KeyError("x")


def test_whatever_a_step_does_the_next_one_is_looked_at_and_the_stack_deleted() -> None:
    assert looked(
        SmokeStep("a", _fails),
        SmokeStep("b", _is_skipped),
        SmokeStep("c", _breaks),
        SmokeStep("d", lambda stack: "well"),
    ) == (
        [
            ("a", "FAIL", "seen otherwise"),
            ("b", "SKIP", "not here"),
            ("c", "FAIL", "KeyError: 'x'"),
            ("d", "PASS", "well"),
            ("destroy", "PASS", "nothing is left"),
        ],
        1,
    )


def test_without_what_is_vital_nothing_more_is_made_and_what_was_is_deleted() -> None:
    seen, destroyed = looked(SmokeStep("a", _fails, vital=True), SmokeStep("b", lambda stack: "well"))

    assert ([step for step, *_ in seen], destroyed) == (["a", "destroy"], 1)


def test_names_that_are_taken_are_left_alone() -> None:
    assert looked(SmokeStep("preconditions", _fails, vital=True, reads_only=True)) == (
        [("preconditions", "FAIL", "seen otherwise")],
        0,
    )


def test_an_interrupted_run_deletes_the_stack() -> None:
    def interrupted(stack: SmokeStack) -> str:
        raise KeyboardInterrupt

    site = _Nowhere()
    with pytest.raises(KeyboardInterrupt):
        run(SmokeStack("smoke-1", cast("Site", site)), [SmokeStep("a", interrupted)], lambda each: None)
    assert site.destroyed == 1
