from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from schedule_client.emulated import emulated_session
session = emulated_session("000000000000", "secret", "eu-central-1")
client = session.client("sqs", endpoint_url="http://127.0.0.1:9")
print(client.meta.region_name, session.get_credentials().access_key, session.profile_name)
"""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_PROFILE", "nonexistent"),
        ("AWS_DEFAULT_PROFILE", "nonexistent"),
        ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_RETRY_MODE", "bogus"),
        ("AWS_DEFAULTS_MODE", "bogus"),
        ("AWS_CONFIG_FILE", "broken"),
        ("AWS_SHARED_CREDENTIALS_FILE", "broken"),
        ("AWS_DATA_PATH", "nonexistent"),
        ("AWS_ACCESS_KEY_ID", "of-the-user"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
    ],
)
def test_nothing_of_the_users_configuration_reaches_it(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / ".aws").mkdir()
    for file in (".aws/config", ".aws/credentials", "broken"):
        (tmp_path / file).write_text("[[[ not a configuration")
    environment = {**os.environ, "HOME": str(tmp_path), name: value}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.stdout, ran.stderr) == ("eu-central-1 000000000000 default\n", "")
