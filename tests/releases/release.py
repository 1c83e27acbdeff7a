"""A release as users have it: its sources run in a process of their own, and what it wrote is read."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_START = """
import json, sys
from pathlib import Path
given = json.load(sys.stdin)
sys.path.insert(0, given["folder"])
import proxy, schedule_client
assert {Path(each.__file__).parents[1] for each in (proxy, schedule_client)} == {Path(given["folder"])}
given = given["given"]
"""


_PROGRAM = """
import runpy, sys
folder = {folder!r}
ours = ("infra", "proxy", "callback_api", "schedule_client", "schedule_catalog")
for name in [each for each in sys.modules if each.split(".")[0] in ours]:
    del sys.modules[name]
sys.path.insert(0, folder)
runpy.run_path(folder + "/__main__.py", run_name="__main__")
"""


@dataclass(frozen=True)
class Release:
    """One folder beside this file, named after the version."""

    version: str

    @property
    def folder(self) -> Path:
        return FOLDER / self.version

    def run(self, code: str, given: Any = None, environment: dict[str, str] | None = None) -> Any:
        """What `code` assigns to `answer`, with the release's `proxy` and `schedule_client`; it finds `given`."""
        done = subprocess.run(
            [sys.executable, "-B", "-P", "-c", f"{_START}{code}\nprint(json.dumps(answer))"],
            input=json.dumps({"folder": str(self.folder), "given": given}),
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def written(self, name: str) -> Any:
        """What the release wrote, by the name of its file in `events`."""
        return json.loads((self.folder / "events" / f"{name}.json").read_text("utf-8"))

    @property
    def archive(self) -> Path:
        """The whole program: `__main__.py`, `infra`, `proxy`, and what they import, packed."""
        return self.folder / "program.tar.gz"

    def unpack(self, target: Path) -> Path:
        """Unpack the program, and a Pulumi project that runs it, which is returned.

        The process of the laptop's deployer has imported modules of today by the same names: the project drops them.
        """
        with tarfile.open(self.archive) as packed:
            packed.extractall(target / "program", filter="data")
        project = target / "project"
        project.mkdir()
        (project / "Pulumi.yaml").write_text("name: schedule-catalog\nruntime: python\n")
        (project / "Pulumi.dev.yaml").write_text("config: {}\n")
        (project / "__main__.py").write_text(_PROGRAM.format(folder=str(target / "program")))
        return project

    def stage(self, program: Path, out: Path) -> None:
        """Stage the Lambda packages by the release's own code, for this machine."""
        command = [sys.executable, "-B", "-m", "infra.packages", "--platform", "host", "--out", str(out)]
        subprocess.run(command, cwd=program, check=True, capture_output=True, timeout=60)

    @property
    def state(self) -> dict[str, Any]:
        """The exported state: `resources` and `outputs`."""
        return json.loads((self.folder / "state.json").read_text("utf-8"))["deployment"]


RELEASES = tuple(Release(path.parent.name) for path in sorted(FOLDER.glob("*/program.tar.gz")))
