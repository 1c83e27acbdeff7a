"""CPU time of `check`, `next` and `fmt`: `python -m benchmarks.command`.

The first table is of a small catalog, this project's own, so nearly all of the time is the start: the interpreter, and
what each imports. Beside ours are scripts that do a part of the work. The bare one reads the files with libyaml and
validates them against the same schema with the same validator, which is the quickest; one more takes jsonschema, as
most would. The last one leaves out validation and prints the next five fires of the crons that croniter can read, in
their zone.

The contract is a ratio to the bare script of 1.8. Each run starts a process; the least of its times counts.

The second is of 10,000 entries in 100 files: `fmt`, which may take twice the CPU of `check` on one core, and the wall
time of `check` on one core beside two, which is only worth reading from a machine that does nothing else.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import catalogs

ROOT = Path(__file__).parents[1]
RUNS = 15
LIMIT, FMT_LIMIT = 1.8, 2.0
ENTRIES, PER_FILE = 10_000, 100

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
    """Print both tables; 1 when a command is slower than its contract."""
    return int(small() > LIMIT) | int(large() > FMT_LIMIT)


def small() -> float:
    """Print the time of each candidate; return the larger of the ratios of ours to the bare script."""
    found = {name: list[float]() for name in CANDIDATES}
    for _ in range(RUNS):
        for name, arguments in CANDIDATES.items():
            found[name].append(seconds(*arguments))
    ratios = {name: min(times) / min(found[BARE]) for name, times in found.items()}
    for name, ratio in ratios.items():
        print(f"{name:24} {1000 * min(found[name]):5.0f} ms {ratio:5.2f}", flush=True)
    return max(ratios[CHECK], ratios[NEXT])


def large() -> float:
    """Print the times of a large catalog; return the ratio of `fmt` to `check`."""
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        catalog = str(catalogs.write(Path(folder), ENTRIES, PER_FILE))
        walls = [_wall(catalog, {*cores[:number]}) for number in (1, 2)]
        os.sched_setaffinity(0, {cores[0]})
        check, fmt = (min(seconds(_OURS, verb, catalog) for _ in range(2)) for verb in ("check", "fmt"))
        os.sched_setaffinity(0, cores)
    print(
        f"{ENTRIES:,} entries in {ENTRIES // PER_FILE} files: check {check:.1f} s, fmt {fmt:.1f} s: {fmt / check:.2f}"
    )
    print(f"check on 1 core {walls[0]:.1f} s, on {len(cores[:2])} {walls[1]:.1f} s: {walls[0] / walls[1]:.2f}")
    return fmt / check


def _wall(catalog: str, cores: set[int]) -> float:
    os.sched_setaffinity(0, cores)
    begin = time.perf_counter()
    seconds(_OURS, "check", catalog)
    return time.perf_counter() - begin


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
