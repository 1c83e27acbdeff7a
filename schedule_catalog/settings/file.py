"""Settings from a `Pulumi.<stack>.yaml`, without Pulumi."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from schedule_catalog.document import read_document
from schedule_catalog.settings.commands import NAMESPACE
from schedule_catalog.settings.errors import Mistake, SettingsError, SettingsFileError
from schedule_catalog.settings.misplaced import misplaced
from schedule_catalog.settings.parse import parse_settings

if TYPE_CHECKING:
    from pathlib import Path

    from schedule_catalog.document import Document
    from schedule_catalog.settings.model import Settings

_STACK_FILE = re.compile(r"Pulumi\.(?P<stack>[A-Za-z0-9][\w.-]{0,99})\.ya?ml", re.ASCII)


def read_settings(path: Path, project: str = NAMESPACE) -> Settings:
    """Return the settings of a stack file; raises the errors of `settings_of`."""
    return settings_of(read_document(path, str(path)), path, project)


def settings_of(document: Document, path: Path, project: str = NAMESPACE) -> Settings:
    """Return the settings in the text of a stack file; the file's name has the name of the stack.

    The default prefix of secrets has the project's name.

    Raises SettingsFileError if the file cannot be read, SettingsError if a value in it is invalid.
    """
    match = _STACK_FILE.fullmatch(path.name)
    if match is None:
        raise SettingsFileError(path, f'{path}: its name is not "Pulumi.<stack>.yaml", so its stack is unknown')
    prefix, config = f"{NAMESPACE}:", _config(document, path)
    values = {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}
    settings = parse_settings(match["stack"], values, project)
    _refuse_another_region(settings, config.get("aws:region"))
    return settings


def _refuse_another_region(settings: Settings, region: object) -> None:
    if isinstance(region, str) and settings.region not in (None, region):
        message = f'the stack belongs to {settings.region}, but aws:region is "{region}"'
        command = f"pulumi config set --stack {shlex.quote(settings.stack)} aws:region {settings.region}"
        raise SettingsError(settings.stack, (Mistake("region", message, command),))


def _config(document: Document, path: Path) -> dict[str, object]:
    if not document.readable:
        raise SettingsFileError(path, "\n".join(map(str, document.problems)))
    content: object = document.value
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise SettingsFileError(path, f'{path}: not a mapping: write the settings below "config"')
    if lines := list(misplaced(document)):
        raise SettingsFileError(path, "\n".join(lines))
    config = cast("Mapping[str, object]", content).get("config")
    if config is None:
        return {}
    if not isinstance(config, Mapping):
        raise SettingsFileError(path, f'{path}: "config" is not a mapping')
    return dict(cast("Mapping[str, object]", config))
