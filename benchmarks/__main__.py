"""Run every benchmark, or those that are named: `python -m benchmarks [NAME ...]`."""

from __future__ import annotations

import runpy
import sys

NAMES = (
    *(
        "board",
        "burst",
        "check",
        "client",
        "command",
        "crowd",
        "diff",
        "evaluator",
        "pause_kills",
        "pauses",
        "program",
        "proxy",
        "run_cost",
        "service",
        "soak",
    ),
    "wiring",
)


def main(names: list[str]) -> int:
    """Run the named benchmarks one after the other; return 1 if one broke its contract, 2 for an unknown name."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f'no benchmark "{unknown[0]}": choose from {", ".join(NAMES)}', file=sys.stderr)
        return 2
    broken = False
    for name in names or NAMES:
        print(f"== {name}", flush=True)
        sys.argv = [f"benchmarks.{name}"]
        try:
            runpy.run_module(f"benchmarks.{name}", run_name="__main__")
        except SystemExit as end:
            broken |= bool(end.code)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
