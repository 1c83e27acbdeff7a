"""CPU time of `check` and `next` of a small catalog, beside scripts for the same file: `python -m benchmarks.command`.

The catalog is this project's own, so nearly all of the time is the start: the interpreter, and what each imports. The
scripts do a part of the work. The bare one reads the files with libyaml and validates them against the same schema with
the same validator, which is the quickest; one more takes jsonschema, as most would. The last one leaves out validation
and prints the next five fires of the crons that croniter can read, in their zone.

The contract is a ratio to the bare script of 1.8. Each run is a process of its own; the least of its times counts.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 15
LIMIT = 1.8

_READ = """
import json, pathlib, yaml
files = [yaml.load(each.read_bytes(), yaml.CSafeLoader) for each in sorted(pathlib.Path("schedules").rglob("*.yaml"))]
"""
_VALIDATE = """
import {0}
validator = {0}.Draft202012Validator(json.loads(pathlib.Path("schemas/schedule.schema.json").read_bytes()))
assert not [error for each in files for error in validator.iter_errors(each)]
"""
_FIRES = """
import datetime, zoneinfo, croniter
for each in files:
    for name, entry in each["schedules"].items():
        zone = entry.get("timezone", each.get("defaults", {}).get("timezone", "UTC"))
        fields = entry.get("cron", "LW").replace("?", "*").split()[:5]
        if "LW" not in fields:
            start = datetime.datetime.now(zoneinfo.ZoneInfo(zone))
            following = croniter.croniter(" ".join(fields), start)
            print(name, *(following.get_next(datetime.datetime) for _ in range(5)))
"""
_OURS = "from schedule_catalog.cli.program import program; program()"
BARE, CHECK, NEXT = "libyaml + jsonschema_rs", "schedules check", "schedules next"
CANDIDATES = {
    "libyaml": (_READ,),
    BARE: (_READ + _VALIDATE.format("jsonschema_rs"),),
    "libyaml + jsonschema": (_READ + _VALIDATE.format("jsonschema"),),
    "libyaml + croniter": (_READ + _FIRES,),
    CHECK: (_OURS, "check"),
    NEXT: (_OURS, "next"),
}


def main() -> int:
    """Print the time of each candidate and its ratio to the bare script; 1 when ours is slower than the contract."""
    found = {name: list[float]() for name in CANDIDATES}
    for _ in range(RUNS):
        for name, arguments in CANDIDATES.items():
            found[name].append(seconds(*arguments))
    ratios = {name: min(times) / min(found[BARE]) for name, times in found.items()}
    for name, ratio in ratios.items():
        print(f"{name:24} {1000 * min(found[name]):5.0f} ms {ratio:5.2f}")
    return int(max(ratios[CHECK], ratios[NEXT]) > LIMIT)


def seconds(*arguments: str) -> float:
    """Return the CPU time of one process: of the program and of the system for it."""
    # The bytecode of a first run is kept, as that of an installation is.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = (sys.executable, "-c", *arguments)
    output = ((os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),)
    process = os.posix_spawn(sys.executable, command, environment | {"PYTHONPATH": str(ROOT)}, file_actions=output)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"{arguments} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
