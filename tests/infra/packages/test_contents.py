from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from infra.lambda_runtime import PYTHON_VERSION
from infra.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[3]
LAMBDA = {
    "python_version": PYTHON_VERSION,
    "python_full_version": f"{PYTHON_VERSION}.0",
    "platform_system": "Linux",
    "platform_machine": "aarch64",
    "sys_platform": "linux",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "extra": "",
}
EACH = pytest.mark.parametrize("package", PACKAGES)


@EACH
def test_a_package_has_the_dependencies_of_its_dependencies(package: str):
    distributions = PACKAGES[package].distributions

    for name in distributions:
        for line in metadata.requires(name) or ():
            required = Requirement(line)
            if required.marker is None or required.marker.evaluate(LAMBDA):
                assert required.name.lower().replace("_", "-") in distributions, f"{name} needs {line}"


@EACH
def test_a_package_has_modules_of_the_checkout(package: str):
    assert all((ROOT / module).exists() for module in PACKAGES[package].modules)


def test_the_proxy_is_our_code_and_urllib3():
    assert PACKAGES["proxy"].distributions == ("urllib3",)
