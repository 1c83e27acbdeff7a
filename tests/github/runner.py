"""A runner of GitHub's, which runs the scripts of a workflow with a `gh` that keeps issues and comments."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.github.test_workflows import steps

FAKE_GH = """\
#!/bin/sh
echo "$@" >> "$FAKE/calls"
while [ $# -gt 0 ]; do
  case "$1" in
    --method) method=$2; shift ;;
    --input) cp "$2" "$FAKE/sent.$(wc -l < "$FAKE/calls")" ; sent=yes; shift ;;
    --jq) query=$2; shift ;;
    repos/*) path=$1 ;;
  esac
  shift
done
if [ "$sent" ]; then echo '{"html_url": "https://example.com/it"}'; exit; fi
case "$path" in
  */comments*|*/issues) cat "$FAKE/listed" ;;
  */commits) jq -r "$query" "$FAKE/listed" ;;
  *) echo "unexpected: $path" >&2; exit 1 ;;
esac
"""


@dataclass
class Runner:
    """A runner's folders, and what is on its path."""

    folder: Path
    output: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.program("gh", FAKE_GH)
        (self.folder / "calls").write_text("")
        self.listed([])

    def program(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    def listed(self, value: object) -> None:
        (self.folder / "listed").write_text(json.dumps(value))

    def file(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_text(text)

    def run(self, workflow: str, step: str, **variables: str) -> int:
        """Run a step and return how it ended."""
        (script,) = [each["run"] for each in steps(workflow) if each.get("name") == step]
        for name in ("output", "summary"):
            (self.folder / name).write_text("")
        environment = {
            "PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}",
            "FAKE": str(self.folder),
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_WORKSPACE": str(self.folder),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "REPOSITORY": "o/r",
            "RUN_URL": "https://example.com/run/99",
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        ended = subprocess.run(command, env=environment | variables, cwd=self.folder, check=False).returncode
        lines = (self.folder / "output").read_text().splitlines()
        self.output = dict(line.split("=", 1) for line in lines)
        return ended

    @property
    def sent(self) -> list[tuple[str, dict[str, Any]]]:
        """What was written to GitHub: the method and path, and the body."""
        calls = (self.folder / "calls").read_text().splitlines()
        return [
            (" ".join(calls[number - 1].split()[2:4]), json.loads(path.read_text()))
            for path in sorted(self.folder.glob("sent.*"))
            if (number := int(path.suffix[1:]))
        ]
