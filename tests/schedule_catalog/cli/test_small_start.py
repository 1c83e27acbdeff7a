"""What a small check imports: most of its time is the import of modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from schedule_catalog.cli.main import main
status = main(sys.argv[1:])
ours = {name: each for name, each in sys.modules.items() if name.startswith(("schedule_catalog", "schedule_client"))}
print(status, *(name for name, each in ours.items() if "dataclass" in vars(each)), file=sys.stderr)
print(*ours, file=sys.stderr)
"""
UNUSED = {
    "schedule_catalog.repository",
    "schedule_catalog.packing",
    "schedule_catalog.cli.github.sarif",
    "schedule_catalog.cli.rows.problems",
    "schedule_catalog.operations",
    # only for mistakes
    "schedule_catalog.document.syntax",
    "schedule_catalog.expressions.advice",
    "schedule_catalog.expressions.zone_names",
    # of the proxy and the callback service
    "schedule_client.contract.ledger",
    "schedule_client.contract.retry_message",
    "schedule_client.contract.undelivered",
}


@pytest.mark.parametrize("verb", ["check", "next"])
def test_a_command_that_only_reads_makes_no_dataclass_and_leaves_out_what_it_does_not_use(
    verb: str, tmp_path: Path
) -> None:
    (tmp_path / "schedules").mkdir()
    entry = "owner: a\nschedules:\n  b: {rate: 1 hour, request: {url: https://api.example.com/c}}\n"
    (tmp_path / "schedules" / "a.yaml").write_text(entry)

    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, verb], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    *_, found, imported = ran.stderr.splitlines()

    assert found == "0"
    assert "schedule_catalog.checking.pipeline" in imported.split()
    assert UNUSED.isdisjoint(imported.split())
