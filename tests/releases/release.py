"""A release as users have it: its sources run in a process of their own, and what it wrote is read."""

from __future__ import annotations

import json
import subprocess
import sys
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
    def state(self) -> dict[str, Any]:
        """The exported state: `resources` and `outputs`."""
        return json.loads((self.folder / "state.json").read_text("utf-8"))["deployment"]


RELEASES = tuple(Release(path.parent.name) for path in sorted(FOLDER.glob("*/state.json")))
