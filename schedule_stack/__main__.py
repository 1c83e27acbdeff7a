"""`python -m schedule_stack`: what `schedules dev` and `schedules packages` start, a process of the program's own."""

from __future__ import annotations

import runpy
import sys

from schedule_stack import TREE

MODULES = {"dev": "local", "packages": "infra.packages"}

if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    sys.path.insert(0, str(TREE))
    sys.argv = [f"schedules {verb}", *arguments]
    runpy.run_module(MODULES[verb], run_name="__main__", alter_sys=False)
