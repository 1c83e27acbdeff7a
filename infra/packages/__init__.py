"""The Lambda packages: folders with our code and its dependencies, equal on every machine."""

from infra.packages.contents import PACKAGES, Contents
from infra.packages.errors import PackageError
from infra.packages.staging import Platform, stage

__all__ = ("PACKAGES", "Contents", "PackageError", "Platform", "stage")
