from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# What urllib3 brings is not ours to leave out: from Python 3.12 on its use of importlib.metadata imports inspect.
PROGRAM = """
import sys, urllib3
brought = set(sys.modules)
import proxy.handler
print(*sorted({name.split(".")[0] for name in set(sys.modules) - brought}))
"""


def test_importing_the_handler_imports_nothing_that_takes_its_time() -> None:
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=root)
    slow = {"boto3", "botocore", "jsonschema", "yaml", "requests", "dataclasses", "inspect"}

    assert not slow & set(ran.stdout.split())
