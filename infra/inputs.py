"""What the program is given: settings, catalog and packages; a mistake in them ends it with a RunError."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime import config

from infra.provenance import Provenance
from schedule_catalog import check
from schedule_catalog.rules.shard import name_in_catalog
from schedule_catalog.settings import (
    NAMESPACE,
    Settings,
    SettingsError,
    SettingsFileError,
    core_of,
    parse_settings,
    put_together,
    read_settings,
)

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog import Entry


def stack_settings() -> Settings:
    """Return the settings of the stack that is deployed; raises RunError with a line for each mistake.

    A shard's are those of its core stack, named after that, with the shard's own files.
    """
    try:
        own = parse_settings(pulumi.get_stack(), _configuration())
        return own if own.shard is None else _of_shard(own)
    except (SettingsError, SettingsFileError) as error:
        raise pulumi.RunError(str(error)) from None


def stack_entries(settings: Settings, now: datetime) -> tuple[Entry, ...]:
    """Return the entries that the stack deploys at *now*; raises RunError with the errors of `schedules check`."""
    folder = Path(settings.catalog)
    catalog = check([folder], settings={settings.stack: settings}, stack=settings.stack, now=now)
    if catalog.errors:
        raise pulumi.RunError("\n".join(str(problem) for problem in catalog.errors))
    entries = catalog.for_stack(settings.stack)
    if settings.shard is None:
        return entries
    return tuple(each for each in entries if name_in_catalog(Path(each.place.path), [folder]) in settings.shard.files)


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


def _of_shard(own: Settings) -> Settings:
    """The settings of the stacks that share the catalog stand beside it."""
    core = core_of(own)
    if own.proxy_routes is not None:
        if core is not None:
            raise pulumi.RunError(
                f'"{own.stack}" is a shard of "{core}", which the laptop deploys as one: name "{core}"'
            )
        return replace(own, shard=None)
    beside = map(read_settings, sorted(Path(own.catalog).absolute().parent.glob("Pulumi.*.yaml")))
    stacks = put_together([own, *(each for each in beside if each.stack != own.stack)])
    whole = stacks[core or own.stack]
    return replace(whole, shard=own.shard, catalog=own.catalog, packages=own.packages, now=own.now)


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
