"""What a smoke test leaves on disk for a run that is killed, with a `pulumi` that only writes down what it is asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local.smoke.errors import FailedError
from local.smoke.pulumi_cli import PulumiCli

FAKE = """#!/bin/sh
echo "$PULUMI_BACKEND_URL $(cat "$PULUMI_CONFIG_PASSPHRASE_FILE") $*" >> "$LOG"
case "$*" in
  "stack init"*) mkdir -p "$STATE"; touch "$STATE/$3.json"; echo 'encryptionsalt: v1:abc' > "Pulumi.$3.yaml" ;;
  "config set aws:region"*) printf 'config:\\n  aws:region: %s\\n' "$4" >> "Pulumi.$6.yaml" ;;
  "destroy"*) echo "error: it is protected" >&2; exit 1 ;;
esac
"""


@pytest.fixture(name="environment")
def _environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").write_text(FAKE)
    (tmp_path / "bin" / "pulumi").chmod(0o755)
    state = tmp_path / "smoke-1" / "state" / "stacks"
    path = os.pathsep.join((str(tmp_path / "bin"), os.environ["PATH"]))
    return {"PATH": path, "LOG": str(tmp_path / "log"), "STATE": str(state)}


def asked(environment: dict[str, str]) -> list[list[str]]:
    return [line.split(" ", 2) for line in Path(environment["LOG"]).read_text().splitlines()]


def test_a_later_run_finds_state_and_passphrase_of_the_one_that_was_killed(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    for _ in range(2):
        PulumiCli(tmp_path / "smoke-1", "smoke-1", lambda: environment).prepare("eu-west-1", "schedules: {}\n")

    urls, passphrases, arguments = zip(*asked(environment), strict=True)
    assert set(urls) == {(tmp_path / "smoke-1" / "state").as_uri()}
    assert len(set(passphrases)) == 1
    assert arguments == (
        "stack init smoke-1 --secrets-provider=passphrase",
        "config set aws:region eu-west-1 --stack smoke-1",
        "config set aws:region eu-west-1 --stack smoke-1",
    )
    assert (tmp_path / "smoke-1" / "passphrase").stat().st_mode & 0o077 == 0


def test_the_settings_are_replaced_and_the_key_of_the_stacks_secrets_stays(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    cli = PulumiCli(tmp_path / "smoke-1", "smoke-1", lambda: environment)
    cli.prepare("eu-west-1", "schedules: {}\n")
    cli.configure({"kms_key_arn": "arn"}, {"a": "b"})
    cli.configure({"hosts": ["a.example.com"]}, {})

    assert (tmp_path / "smoke-1" / "project" / "Pulumi.smoke-1.yaml").read_text() == (
        'encryptionsalt: v1:abc\nconfig:\n  aws:region: eu-west-1\n  schedule-catalog:hosts: ["a.example.com"]\n'
    )


def test_what_pulumi_says_when_it_fails_is_what_is_seen(tmp_path: Path, environment: dict[str, str]) -> None:
    cli = PulumiCli(tmp_path / "smoke-1", "smoke-1", lambda: environment)
    cli.prepare("eu-west-1", "schedules: {}\n")

    with pytest.raises(FailedError, match='"pulumi destroy" failed: error: it is protected'):
        cli.deploy("destroy")
