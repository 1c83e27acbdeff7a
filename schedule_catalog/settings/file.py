"""Settings from a `Pulumi.<stack>.yaml`, without Pulumi."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from .commands import NAMESPACE
from .errors import SettingsFileError
from .parse import parse_settings

if TYPE_CHECKING:
    from pathlib import Path

    import yaml

    from .model import Settings

_STACK_FILE = re.compile(r"Pulumi\.(?P<stack>[A-Za-z0-9][\w.-]{0,99})\.ya?ml", re.ASCII)


def read_settings(path: Path) -> Settings:
    """Return the settings of a stack file; the stack is named by the file.

    Raises SettingsFileError when the file cannot be read, SettingsError when a value in it is wrong.
    """
    match = _STACK_FILE.fullmatch(path.name)
    if match is None:
        raise SettingsFileError(path, 'is not called "Pulumi.<stack>.yaml", so it names no stack')
    prefix = f"{NAMESPACE}:"
    values = {key.removeprefix(prefix): value for key, value in _config(path).items() if key.startswith(prefix)}
    return parse_settings(match["stack"], values)


def _config(path: Path) -> dict[str, object]:
    import yaml

    try:
        content: object = yaml.load(path.read_bytes(), _loader())  # noqa: S506 (a subclass of the safe loader)
    except OSError as error:
        raise SettingsFileError(path, f"cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsFileError(path, " ".join(str(error).split())) from error
    config = cast("Mapping[object, object]", content).get("config") if isinstance(content, Mapping) else None
    if config is None:
        return {}
    if not isinstance(config, Mapping):
        raise SettingsFileError(path, '"config" is not a mapping')
    return {str(key): value for key, value in cast("Mapping[object, object]", config).items()}


def _loader() -> type[yaml.SafeLoader]:
    """Pulumi keeps what looks like a date as text; so does this loader."""
    import yaml

    loader = type("StackFileLoader", (yaml.SafeLoader,), {})
    timestamp = "tag:yaml.org,2002:timestamp"
    loader.yaml_implicit_resolvers = {
        first: [resolver for resolver in resolvers if resolver[0] != timestamp]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return loader
