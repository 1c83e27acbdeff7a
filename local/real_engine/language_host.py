"""The language host that a CLI built from Go modules lacks: it has Pulumi's own executor run the program.

Pulumi's protocol is pulumi/proto/pulumi/language.proto: the CLI starts the host, reads its port from standard output
and calls it. A CLI of the user's has a host of its own.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

# The status by which the executor says that it has told the user what is wrong (pulumi-language-python-exec).
_TOLD = 32
_NO_LIMIT = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs Python programs in this interpreter's environment; no package is installed, no plugin asked for."""

    def __init__(self, executor: Path, engine: str) -> None:
        self._executor = executor
        self._engine = engine

    # The names of the methods are the protocol's.

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Agree."""
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """No version: it is the checkout's own."""
        return plugin_pb2.PluginInfo()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802
        """None: the one provider is attached already, and nothing is downloaded."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: N802
        """None, as above."""
        return language_pb2.GetRequiredPluginsResponse()

    def About(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The interpreter."""
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Not told: they are the lock's."""
        return language_pb2.GetProgramDependenciesResponse()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing to do: a program ends with its monitor."""
        return empty_pb2.Empty()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run a program to its end; what it prints is the engine's to show."""
        done = subprocess.run(
            [sys.executable, "-u", str(self._executor), *_arguments(request, self._engine), request.info.entry_point],
            cwd=request.info.program_directory,
            env={**os.environ, **_environment(request)},
            check=False,
        )
        if done.returncode in (0, _TOLD):
            return language_pb2.RunResponse(bail=done.returncode == _TOLD)
        return language_pb2.RunResponse(error=f"the program ended with status {done.returncode}")


def _arguments(request: Any, engine: str) -> list[str]:
    return [
        *("--monitor", request.monitor_address, "--engine", engine),
        *("--project", request.project, "--stack", request.stack, "--organization", request.organization),
        *("--root_directory", request.info.root_directory, "--pwd", request.pwd or request.info.program_directory),
        *("--dry_run", str(request.dryRun).lower(), "--parallel", str(request.parallel)),
    ]


def _environment(request: Any) -> Mapping[str, str]:
    return {
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        "PULUMI_ERROR_OUTPUT_STRING": "true",
    }


def _end_with(parent: int) -> None:
    """End when the CLI has: nothing else tells a host that nobody needs it."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def main() -> None:
    """Serve until the CLI ends; its address of the engine is the last argument, the executor's path the first."""
    server = grpc.server(ThreadPoolExecutor(8), options=_NO_LIMIT)
    host = LanguageHost(Path(sys.argv[1]), sys.argv[-1])
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    signal.signal(signal.SIGINT, lambda number, frame: os._exit(0))  # so the CLI ends its plugins
    server.wait_for_termination()


if __name__ == "__main__":
    main()
