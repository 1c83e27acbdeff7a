"""Inputs of the program: settings and catalog; a mistake in them ends it with a RunError."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime import config

from infra.provenance import Provenance
from schedule_catalog.calendars import calendars_under
from schedule_catalog.checking.pipeline import check
from schedule_catalog.checking.rules.catalog import name_in_catalog
from schedule_catalog.settings import (
    NAMESPACE,
    Settings,
    SettingsError,
    SettingsFileError,
    core_of,
    parse_settings,
    put_together,
    read_settings,
    set_command,
)

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.entry import Entry


def stack_settings() -> Settings:
    """Return the settings of the deployed stack; raises RunError with a line for each mistake.

    A shard has the settings and the name of its core stack, with its own files.
    """
    try:
        own = parse_settings(pulumi.get_stack(), _configuration(), pulumi.get_project())
        return own if own.shard is None else _of_shard(own)
    except (SettingsError, SettingsFileError) as error:
        raise pulumi.RunError(str(error)) from None


def stack_entries(settings: Settings, now: datetime) -> tuple[Entry, ...]:
    """Return the entries of the stack at *now*, those of its shards too.

    Raises RunError with the errors of `schedules check`, and for a catalog that is not there or has no file.
    """
    folder = Path(settings.catalog)
    if not folder.exists():
        raise pulumi.RunError(f'no catalog "{folder}"; {_another_folder(settings)}')
    known = {settings.stack: settings}
    calendars = calendars_under(Path(settings.calendars), now).freezing(known)
    catalog = check([folder], settings=known, calendars=calendars, stack=settings.stack, now=now)
    _refuse_unfit(catalog, settings)
    return catalog.for_stack(settings.stack)


def own_entries(entries: tuple[Entry, ...], settings: Settings) -> tuple[Entry, ...]:
    """Return those that this stack deploys itself: of a shard, the ones of its files."""
    if settings.shard is None:
        return entries
    folder = Path(settings.catalog)
    return tuple(each for each in entries if name_in_catalog(Path(each.place.path), [folder]) in settings.shard.files)


def _refuse_unfit(catalog: Catalog, settings: Settings) -> None:
    if catalog.errors:
        lines = [str(problem) for problem in catalog.errors]
        raise pulumi.RunError("\n".join([*lines, *_what_a_stack_needs(settings)]))
    if not catalog.files:
        raise pulumi.RunError(
            f'the catalog "{settings.catalog}" has no YAML file, so every schedule of the stack would be deleted: '
            f'write a file with "schedules: {{}}" if that is intended; {_another_folder(settings)}'
        )


def _another_folder(settings: Settings) -> str:
    return f"for another folder run: {set_command(settings.stack, ('catalog',), 'schedules')}"


def _what_a_stack_needs(settings: Settings) -> list[str]:
    """Advice about errors of a stack without settings; its file may be in another folder, or missing."""
    if settings.services or settings.hosts:
        return []
    example, file = "docs/examples/Pulumi.prod.yaml", f"Pulumi.{settings.stack}.yaml"
    has_none = f'the settings of the stack "{settings.stack}" name no service and no host, so no call is allowed'
    if Path(file).exists() or _keys_of(NAMESPACE).keys() - {"catalog", "packages", "now"}:
        return [f"{has_none}: {example} shows the missing settings"]
    return [f"{has_none}; to begin with an example run: cp {example} {file}"]


def provenance() -> Provenance:
    """Return the configuration of the AWS provider, without credentials."""
    given = _keys_of("aws")
    return Provenance({key: given[key] for key in ("accessKey", "profile", "region") if key in given}, os.environ)


def _of_shard(own: Settings) -> Settings:
    """Settings of a shard; those of the stacks that share the catalog are beside it."""
    core = core_of(own)
    if own.proxy_routes is not None:
        if core is not None:
            raise pulumi.RunError(
                f'"{own.stack}" is a shard of "{core}", which the laptop deploys as one stack: name "{core}"'
            )
        return replace(own, shard=None)
    files = sorted(Path(own.catalog).absolute().parent.glob("Pulumi.*.yaml"))
    beside = (read_settings(file, pulumi.get_project()) for file in files)
    stacks = put_together([own, *(each for each in beside if each.stack != own.stack)])
    whole = stacks[core or own.stack]
    return replace(
        whole, shard=own.shard, catalog=own.catalog, calendars=own.calendars, packages=own.packages, now=own.now
    )


def _configuration() -> dict[str, object]:
    values = _keys_of(NAMESPACE)
    return {key: {"secure": value} if _is_secret(f"{NAMESPACE}:{key}") else value for key, value in values.items()}


def _keys_of(namespace: str) -> dict[str, str]:
    """Keys of a namespace: Pulumi cannot list them, but its runtime contains all."""
    prefix = f"{namespace}:"
    values = {**config.get_config_env(), **config.CONFIG.get()}
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def _is_secret(key: str) -> bool:
    return config.is_config_secret(key) or key in config.get_config_secret_keys_env()
