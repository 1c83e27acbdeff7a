"""Stacks that share one catalog: a core stack, and the shards that deploy schedules for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.settings.commands import remove_command, set_command
from schedule_catalog.settings.errors import Mistake, SettingsError
from schedule_catalog.wording import nearest
from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from schedule_catalog.settings.model import Settings


def put_together(settings: Iterable[Settings]) -> dict[str, Settings]:
    """Return the settings of every stack that is not a shard, by name, each with its shards.

    Raises SettingsError if a shard contradicts its core stack.
    """
    stacks = {each.stack: each for each in settings}
    for each in stacks.values():
        mistake = _mistake(each, stacks)
        if mistake:
            raise SettingsError(each.stack, (mistake,))
    shards = dict(_parts(stacks.values()))
    for stack, core in shards.items():
        if stacks[core].shard is None:
            raise SettingsError(core, (_without_files(core, stack),))
    return {each.stack: _told(each, stacks) for each in stacks.values() if each.stack not in shards}


def core_of(settings: Settings) -> str | None:
    """Return the stack that this shard belongs to."""
    return settings.shard.core if settings.shard else None


def _parts(settings: Iterable[Settings]) -> Iterator[tuple[str, str]]:
    for each in settings:
        core = core_of(each)
        if core is not None:
            yield each.stack, core


def _told(settings: Settings, stacks: Mapping[str, Settings]) -> Settings:
    if settings.shard is None:
        return settings
    own = (each for each in stacks.values() if settings.stack in (each.stack, core_of(each)))
    return replace(settings, shards={each.stack: each.shard.files for each in own if each.shard})


def _mistake(settings: Settings, stacks: Mapping[str, Settings]) -> Mistake | None:
    core = core_of(settings)
    if core is None:
        return None
    if core not in stacks:
        near = nearest(core, (each for each in stacks if each != settings.stack), cutoff=0)
        where = "it belongs beside this file, next to the catalog's folder"
        return _other_core(settings.stack, f"no Pulumi.{core}.yaml is known: {where}", near or core)
    if core == settings.stack:
        return Mistake("shard.core", "a stack cannot be a shard of itself", remove_command(core, ("shard", "core")))
    above = core_of(stacks[core])
    return _other_core(settings.stack, f'"{core}" is a shard itself', above) if above else None


def _other_core(stack: str, message: str, core: str) -> Mistake:
    return Mistake("shard.core", message, set_command(stack, ("shard", "core"), core))


def _without_files(core: str, shard: str) -> Mistake:
    message = f'"{shard}" is a shard of this stack, which must list its own files too'
    return Mistake("shard.files", message, set_command(core, ("shard", "files", 0), "operations.yaml"))
