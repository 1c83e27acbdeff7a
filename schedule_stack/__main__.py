"""`python -m schedule_stack`: what `schedules dev` and `schedules packages` start, a process of the program's own.

`python -m schedule_stack bootstrap` prints where the CloudFormation template is that a deployment stands on.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence

from schedule_stack import TREE

MODULES = {"dev": "local", "packages": "infra.packages"}

TEMPLATE = TREE / "infra" / "bootstrap" / "stack.yaml"


def main(verb: str, arguments: Sequence[str]) -> None:
    """Run a module of the program as `python -m` does, with what follows the verb as its arguments."""
    if verb == "bootstrap":
        sys.stdout.write(f"{TEMPLATE}\n")
        return
    sys.path.insert(0, str(TREE))
    sys.argv = [f"schedules {verb}", *arguments]
    runpy.run_module(MODULES[verb], run_name="__main__", alter_sys=False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
