"""Contents of each Lambda package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Contents:
    """Our modules and third-party distributions, complete: nothing is resolved while staging.

    modules: Python files and folders of the checkout, or of the installed distribution.
    distributions: names as `requirements.lock` has them, dependencies of dependencies included.
    left_out: files and folders of `modules` that Lambda does not need.
    """

    modules: tuple[str, ...]
    distributions: tuple[str, ...]
    left_out: tuple[str, ...] = ()


PACKAGES: Mapping[str, Contents] = {
    "proxy": Contents(
        modules=("proxy", "schedule_client/__init__.py", "schedule_client/contract"),
        distributions=("urllib3",),
    ),
    "callback": Contents(
        modules=("callback_api", "schedule_client"),
        distributions=(
            "annotated-doc",
            "annotated-types",
            "anyio",
            "fastapi",
            "idna",
            "mangum",
            "opentelemetry-api",
            "pydantic",
            "pydantic-core",
            "pydantic-settings",
            "python-dotenv",
            "starlette",
            "typing-extensions",
            "typing-inspection",
        ),
        left_out=(
            "callback_api/__main__.py",
            "callback_api/embedding.py",
            "callback_api/examples/__main__.py",
            "callback_api/storage/sql",
            "schedule_client/hatch_build.py",
            "schedule_client/pytest_fixtures.py",
            "schedule_client/testing.py",
        ),
    ),
}
"""By the name of the package's folder. boto3 comes with Lambda's runtime."""
