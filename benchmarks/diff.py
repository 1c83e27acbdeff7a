"""`schedules diff` of 50 changes in 10,000 entries, and `schedules next` of all: `python -m benchmarks.diff [COUNT]`.

The contract is 2 s for the first and 3 s for the second on two cores, wall time of the whole command.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import catalogs

CHANGES = 50
LIMIT_SECONDS = {"diff HEAD": 2.0, "next": 3.0}


def main(arguments: list[str]) -> int:
    """Measure both commands and print a line for each; 1 when one is slower than the contract."""
    entries = int(arguments[0]) if arguments else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalog = catalogs.write(folder, entries, 1)
        _commit(folder)
        for path in sorted(catalog.rglob("*.yaml"))[:: max(1, entries // CHANGES)][:CHANGES]:
            path.write_text(path.read_text().replace("mode: ", "mode: new-"))
        seconds = {each: _timed(folder, *each.split()) for each in LIMIT_SECONDS}
    for command, took in seconds.items():
        print(f"schedules {command:10} {entries:>7} entries {took:6.2f} s (at most {LIMIT_SECONDS[command]} s)")
    return int(any(took > LIMIT_SECONDS[command] for command, took in seconds.items()))


def _commit(folder: Path) -> None:
    # So many new files make git collect garbage in the background, beside what is measured.
    settings = ("user.name=benchmark", "user.email=benchmark@example.com", "commit.gpgsign=false", "gc.auto=0")
    options = [option for setting in (*settings, "maintenance.auto=false") for option in ("-c", setting)]
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "catalog")):
        subprocess.run(("git", *options, *command), cwd=folder, check=True)


def _timed(folder: Path, *arguments: str) -> float:
    began = time.perf_counter()
    root = Path(__file__).parents[1]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); from schedule_catalog.cli.program import program; program()"
    command = (sys.executable, "-c", code, *arguments)
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
