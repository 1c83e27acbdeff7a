"""What the program is given: settings, catalog and packages; a mistake in them ends it with a RunError."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime import config

from infra.provenance import Provenance
from schedule_catalog import Catalog, check
from schedule_catalog.settings import NAMESPACE, Settings, SettingsError, parse_settings

if TYPE_CHECKING:
    from datetime import datetime


def stack_settings() -> Settings:
    """Return the settings of the stack that is deployed; raises RunError with a line for each mistake."""
    try:
        return parse_settings(pulumi.get_stack(), _configuration())
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def stack_catalog(settings: Settings, now: datetime) -> Catalog:
    """Return the catalog as the stack sees it at *now*; raises RunError with the errors of `schedules check`."""
    catalog = check([Path(settings.catalog)], settings={settings.stack: settings}, stack=settings.stack, now=now)
    if catalog.errors:
        raise pulumi.RunError("\n".join(str(problem) for problem in catalog.errors))
    return catalog


def package_folder(settings: Settings, package: str) -> str:
    """Return the folder of a staged Lambda package; raises RunError with the command that stages it."""
    folder = Path(settings.packages) / package
    if not folder.is_dir():
        command = f"python -m infra.packages --out {settings.packages}"
        raise pulumi.RunError(f"the Lambda package {folder} is not staged; run: {command}")
    return str(folder)


def provenance() -> Provenance:
    """Return where the AWS provider is configured; of its keys, none that is a credential."""
    given = _keys_of("aws")
    return Provenance({key: given[key] for key in ("accessKey", "profile", "region") if key in given}, os.environ)


def _configuration() -> dict[str, object]:
    values = _keys_of(NAMESPACE)
    return {key: {"secure": value} if _is_secret(f"{NAMESPACE}:{key}") else value for key, value in values.items()}


def _keys_of(namespace: str) -> dict[str, str]:
    """Pulumi has no way to list a namespace's keys; its runtime holds them all."""
    prefix = f"{namespace}:"
    values = {**config.get_config_env(), **config.CONFIG.get()}
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def _is_secret(key: str) -> bool:
    return config.is_config_secret(key) or key in config.get_config_secret_keys_env()
