"""Keys of a stack file that are probably settings, but that no part of the program reads.

Other programs of a project share its stack files, so a key is named only if a setting of ours is near.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from schedule_catalog.settings.commands import NAMESPACE
from schedule_catalog.settings.parse import setting_names
from schedule_catalog.wording import nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_catalog.document import Document, Pointer

_NEAR = 0.8


def misplaced(document: Document) -> Iterator[str]:
    """Yield a line for each such key of a readable stack file that is a mapping."""
    content = cast("Mapping[str, object]", document.value)
    for key in content:
        if meant := _meant(key):
            yield _line(document, (key,), f'{quoted(meant)}, below "config"')
    config = content.get("config")
    for key in cast("Mapping[str, object]", config) if isinstance(config, dict) else ():
        if not key.startswith(f"{NAMESPACE}:") and (meant := _meant(key)):
            yield _line(document, ("config", key), quoted(meant))


def _meant(key: str) -> str | None:
    """The setting that a key stands for: without a namespace, or with ours or a similar one."""
    namespace, colon, name = key.rpartition(":")
    if not colon:
        return f"{NAMESPACE}:{name}" if name in setting_names() else None
    near = nearest(name, setting_names(), _NEAR) if nearest(namespace, (NAMESPACE,), _NEAR) else None
    return near and f"{NAMESPACE}:{near}"


def _line(document: Document, pointer: Pointer, meant: str) -> str:
    place = document.key_place(pointer)
    return f"{place.path}:{place.line}:{place.column}: {quoted(pointer[-1])} is not read: did you mean {meant}?"
