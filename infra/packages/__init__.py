"""The Lambda packages: folders with our code and its dependencies, equal on every machine."""

from .contents import PACKAGES, Contents
from .errors import PackageError
from .staging import Platform, stage

__all__ = ("PACKAGES", "Contents", "PackageError", "Platform", "stage")
