"""Lambda packages: folders with our code and its dependencies, equal on every machine."""

from infra.packages.binaries import refuse_foreign
from infra.packages.contents import PACKAGES
from infra.packages.errors import PackageError
from infra.packages.freshness import outdated
from infra.packages.own_code import OWN_CODE, own_code_folder, own_code_outdated, own_files, stage_own_code
from infra.packages.staging import Platform, stage

__all__ = (
    "OWN_CODE",
    "PACKAGES",
    "PackageError",
    "Platform",
    "outdated",
    "own_code_folder",
    "own_code_outdated",
    "own_files",
    "refuse_foreign",
    "stage",
    "stage_own_code",
)
