"""Lambda packages: folders with our code and its dependencies, equal on every machine."""

from infra.packages.binaries import refuse_foreign
from infra.packages.contents import PACKAGES, Contents
from infra.packages.errors import PackageError
from infra.packages.freshness import outdated
from infra.packages.staging import Platform, stage

__all__ = ("PACKAGES", "Contents", "PackageError", "Platform", "outdated", "refuse_foreign", "stage")
