"""`schedules check` beside what a user would write, on generated catalogs; each run is an interpreter of its own.

Ours shares the work with as many processes as the machine has cores, up to four; what others wrote runs as it is.
`python -m benchmarks check` takes minutes, `python -m benchmarks.check --quick` a tenth of the entries.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import catalogs

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "schemas" / "schedule.schema.json"
OURS, SAFE, C_LOADER, EVENTS = "schedules check", "safe_load + validate", "CSafeLoader + validator", "libyaml events"
# jsonschema.validate checks the schema itself at each call, so (a) does one file of so many and the rest is reckoned.
SAFE_PART = 50


class Measurement(NamedTuple):
    """Seconds and peak memory (MB) of one fresh interpreter."""

    seconds: float
    megabytes: float


def ours(files: list[Path]) -> float:
    """Every rule, for two stacks."""
    from schedule_catalog.cli.main import main

    assert main(["check", str(files[0].parents[1])]) == 0
    return 0


def safe_load(files: list[Path]) -> float:
    """(a) What a first script does."""
    import jsonschema
    import yaml

    schema = json.loads(SCHEMA.read_text())
    start = time.perf_counter()
    part = files[::SAFE_PART]
    for file in part:
        jsonschema.validate(yaml.safe_load(file.read_bytes()), schema)
    return (time.perf_counter() - start) * (len(files) / len(part) - 1)


def c_loader(files: list[Path]) -> float:
    """(b) What a careful script does."""
    import jsonschema
    import yaml

    validator: Any = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for file in files:
        with file.open("rb") as stream:
            document: Any = yaml.load(stream.read(), yaml.CSafeLoader)
        assert not list(validator.iter_errors(document))
    return 0


def events(files: list[Path]) -> float:
    """(c) The floor: libyaml's own work and nothing of it kept."""
    import yaml

    for file in files:
        for _ in yaml.parse(file.read_bytes(), yaml.CSafeLoader):
            pass
    return 0


# Each returns the seconds to add for what it left out.
CONTENDERS: dict[str, Callable[[list[Path]], float]] = {OURS: ours, SAFE: safe_load, C_LOADER: c_loader, EVENTS: events}


def measure(name: str, catalog: Path) -> Measurement:
    """Run one contender in a fresh interpreter; its start counts."""
    start = time.perf_counter()
    command = (sys.executable, "-m", "benchmarks.check", "--run", name, str(catalog))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    kilobytes, more = done.stdout.splitlines()[-1].split()
    return Measurement(seconds + float(more), int(kilobytes) / 1024)


def run(name: str, catalog: Path) -> None:
    """Do one contender's work and print the peak memory in KB and the seconds to add.

    A process that helped counts with all its pages, those that it shares as well, so this is too much rather than not.
    """
    more = CONTENDERS[name](sorted(catalog.rglob("*.yaml")))
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(sum(peaks), more)


def main(entries: int) -> None:
    """Measure all contenders on both layouts, ours on ten times as many entries, and print tables."""
    with tempfile.TemporaryDirectory() as folder:
        for label, per_file in (("one file each", 1), ("100 a file", 100)):
            catalog = catalogs.write(Path(folder, str(per_file)), entries, per_file)
            show(f"{entries:,} entries, {label}", {name: best(name, catalog) for name in CONTENDERS})
            larger = catalogs.write(Path(folder, f"{per_file}-larger"), 10 * entries, per_file)
            small, large = best(OURS, catalog), measure(OURS, larger)
            ratio = f"{large.seconds / small.seconds:.1f} times the time of {entries:,}"
            print(f"{10 * entries:,} entries: {large.seconds:.2f} s, {large.megabytes:.0f} MB, {ratio}\n", flush=True)


def best(name: str, catalog: Path) -> Measurement:
    """Return the quickest of three runs; of one for what takes minutes."""
    return min(measure(name, catalog) for _ in range(1 if name == SAFE else 3))


def show(title: str, runs: dict[str, Measurement]) -> None:
    """Print a table with each contender's time against (b)."""
    print(title)
    for line in rows(runs):
        print(line, flush=True)
    print()


def rows(runs: dict[str, Measurement]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"  {'':26}{'seconds':>9}{'MB':>7}{'of (b)':>9}"
    for name, each in runs.items():
        ratio = each.seconds / runs[C_LOADER].seconds
        yield f"  {name:26}{each.seconds:9.2f}{each.megabytes:7.0f}{ratio:9.2f}"


if __name__ == "__main__":
    if "--run" in sys.argv:
        run(sys.argv[-2], Path(sys.argv[-1]))
    else:
        main(1_000 if "--quick" in sys.argv else 10_000)
