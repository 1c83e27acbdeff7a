from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from local.options import CHECKOUT

# Stands for Pulumi's executor: it notes how it was called, and ends as the program's name says.
EXECUTOR = """
import json, os, sys
keys = ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS")
note = {"arguments": sys.argv[1:], "folder": os.getcwd(), **{key: os.environ[key] for key in keys}}
open("called.json", "w").write(json.dumps(note))
sys.exit(int(sys.argv[-1]))
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    executor = tmp_path_factory.mktemp("executor") / "executor.py"
    executor.write_text(EXECUTOR)
    process = subprocess.Popen(
        [sys.executable, "-m", "local.real_engine.language_host", str(executor), "127.0.0.1:7"],
        env={"PYTHONPATH": str(CHECKOUT), "PATH": os.defpath},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel)
    process.terminate()
    process.wait()
    process.stdout.close()


def run(host: Any, folder: Path, program: str) -> Any:
    info = language_pb2.ProgramInfo(root_directory=str(folder), program_directory=str(folder), entry_point=program)
    return host.Run(
        language_pb2.RunRequest(
            project="walk",
            stack="dev",
            info=info,
            config={"walk:key": "value"},
            configSecretKeys=["walk:key"],
            monitor_address="127.0.0.1:8",
            dryRun=True,
            parallel=4,
        )
    )


def test_a_program_is_run_in_its_folder_with_its_configuration(host: Any, tmp_path: Path) -> None:
    answer = run(host, tmp_path, "0")
    assert (answer.error, answer.bail) == ("", False)
    called = json.loads((tmp_path / "called.json").read_text())
    assert called["folder"] == str(tmp_path)
    assert json.loads(called["PULUMI_CONFIG"]) == {"walk:key": "value"}
    assert json.loads(called["PULUMI_CONFIG_SECRET_KEYS"]) == ["walk:key"]
    options = dict(zip(called["arguments"][:-1:2], called["arguments"][1::2], strict=True))
    assert (options["--monitor"], options["--engine"]) == ("127.0.0.1:8", "127.0.0.1:7")
    assert (options["--dry_run"], options["--stack"]) == ("true", "dev")


def test_a_program_that_has_said_what_is_wrong_ends_the_run_without_another_word(host: Any, tmp_path: Path) -> None:
    answer = run(host, tmp_path, "32")
    assert (answer.error, answer.bail) == ("", True)


def test_a_program_that_dies_is_an_error(host: Any, tmp_path: Path) -> None:
    assert run(host, tmp_path, "3").error == "the program ended with status 3"


def test_it_asks_for_no_plugin(host: Any) -> None:
    assert list(host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest()).packages) == []
    assert host.About(language_pb2.AboutRequest()).version == sys.version.split()[0]
    assert host.GetPluginInfo(empty_pb2.Empty()).version == ""
