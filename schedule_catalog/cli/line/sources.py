"""Files that a command line names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from schedule_catalog.calendars import Calendars, calendars_at, calendars_under
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.arguments import CATALOG
from schedule_catalog.cli.line.project import Project
from schedule_catalog.errors import RevisionError
from schedule_catalog.settings import (
    NAMESPACE,
    Settings,
    SettingsError,
    SettingsFileError,
    core_of,
    put_together,
    read_settings,
    settings_of,
)
from schedule_catalog.wording import suggestion


def catalog_paths(given: Sequence[Path] | None) -> tuple[Path, ...]:
    """Return the paths of the catalog; UsageError for one that does not exist."""
    paths = tuple(given or (CATALOG,))
    for path in paths:
        if not path.exists() and not path.is_symlink():
            hint = "" if given else ": name the catalog, run this beside it, or create one with schedules init"
            raise UsageError(f'no file or folder "{path}"{hint}')
    return paths


def known_settings(
    paths: Sequence[Path], given: Sequence[Path] | None, stack: str | None, project: str = NAMESPACE
) -> dict[str, Settings]:
    """Return the settings by stack, from the given files or those of the catalog's project; shards go with their core.

    UsageError for invalid settings, and for a *stack* without settings where others have some.
    """
    files = given if given is not None else Project.beside(paths).settings_files()
    found = [_read(path, project) for path in files]
    settings = _put_together(found)
    for each in found:
        if each.stack == stack and each.stack not in settings:
            raise UsageError(f'"{stack}" is a shard of "{core_of(each)}": name that stack')
    if stack is not None and settings and stack not in settings:
        raise UsageError(f'no settings for the stack "{stack}": {suggestion(stack, settings)}')
    return settings


def known_calendars(
    paths: Sequence[Path],
    given: Sequence[Path] | None,
    settings: Mapping[str, Settings],
    stack: str | None,
    now: datetime,
) -> Calendars:
    """Return the calendars of the catalog's project, with the freezes of a stack or of all.

    given: the settings files of the command line, which may be in another folder than the project's.
    """
    asked = _asked(settings, stack)
    folders = _calendars_folders(paths, given, asked)
    folder = next((each for each in folders if each.exists()), folders[0])
    return calendars_under(folder, now).freezing(asked)


def calendars_before(
    revision: str,
    paths: Sequence[Path],
    given: Sequence[Path] | None,
    settings: Mapping[str, Settings],
    stack: str | None,
    now: datetime,
) -> Calendars:
    """Return the calendars at a git revision, of the folder that had some then, with its freezes; raises RevisionError.

    Where the settings cannot be read at that revision, the current ones count.
    """
    asked = _asked(settings, stack)
    then = _asked(_settings_at(revision, paths, given) or settings, stack)
    found = [*_calendars_at(revision, _calendars_folders(paths, given, then or asked), now)]
    return next((each for each in found if each.known or each.broken), found[0]).freezing({**asked, **then})


def _calendars_at(revision: str, folders: Sequence[Path], now: datetime) -> Iterator[Calendars]:
    """The calendars of each folder; the one beside the given settings may be in no repository, or in another one."""
    for folder in folders:
        try:
            yield calendars_at(revision, folder, now)
        except RevisionError:
            if folder.exists() or folder == folders[-1]:
                raise


def _settings_at(revision: str, paths: Sequence[Path], given: Sequence[Path] | None) -> Mapping[str, Settings] | None:
    from schedule_catalog.revision import documents_at

    files = given if given is not None else Project.beside(paths).settings_files()
    if not files:
        return None
    try:
        documents = [*documents_at(revision, files)]
        return put_together([settings_of(each, Path(each.path.rpartition(":")[2])) for each in documents])
    except (RevisionError, SettingsError, SettingsFileError):
        return None


def _asked(settings: Mapping[str, Settings], stack: str | None) -> dict[str, Settings]:
    return {name: each for name, each in settings.items() if stack in (None, name)}


def _calendars_folders(
    paths: Sequence[Path], given: Sequence[Path] | None, settings: Mapping[str, Settings]
) -> list[Path]:
    """The folder beside the given settings, then that beside the catalog; relative to the current one if below it."""
    folders = {each.calendars: stack for stack, each in sorted(settings.items())} or {"calendars": ""}
    if len(folders) > 1:
        stacks = " and ".join(f'"{stack}"' for stack in sorted(folders.values()))
        hint = "specify a stack with --stack NAME, or its file with --settings"
        raise UsageError(f"{stacks} have different folders of calendars: {hint}")
    projects = (Project.beside(paths, given), Project.beside(paths))
    here = Path.cwd()
    found = dict.fromkeys(each.folder / name for each in projects for name in folders)
    return [each.relative_to(here) if each.is_relative_to(here) else each for each in found]


def _put_together(found: Sequence[Settings]) -> dict[str, Settings]:
    try:
        return put_together(found)
    except SettingsError as error:
        raise UsageError(f'invalid settings of the stack "{error.stack}":', *_indented(error)) from error


def _read(path: Path, project: str) -> Settings:
    try:
        return read_settings(path, project)
    except SettingsError as error:
        raise UsageError(f'invalid settings in "{path}":', *_indented(error)) from error
    except SettingsFileError as error:
        raise UsageError(*str(error).splitlines()) from error


def _indented(error: SettingsError) -> Iterable[str]:
    return (f"  {mistake}" for mistake in error.mistakes)
