from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = "import sys, proxy.handler; print(*sorted({name.split('.')[0] for name in sys.modules}))"


def test_importing_the_handler_imports_nothing_that_takes_its_time() -> None:
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=root)

    assert not {"boto3", "botocore", "jsonschema", "yaml", "requests", "dataclasses", "inspect"} & set(
        ran.stdout.split()
    )
