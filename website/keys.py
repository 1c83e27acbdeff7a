"""Reference of the keys of a catalog file, from its JSON Schema: `python -m website.keys` writes docs/keys.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from schedule_catalog.schema_files import schema

PAGE = Path(__file__).parents[1] / "docs" / "keys.md"
HEAD = """\
# Keys of a catalog file

Every key that a file under `schedules/` may have, with the values that the schema allows. The page is generated from \
`schemas/schedule.schema.json`, which your [editor](authors-tools.md#in-your-editor) reads too. [Checks](checks.md) \
say how keys go together.
"""
PARTS = {
    "A file": ("", "The top level of a file."),
    "An entry": (
        "entry",
        "A member of `schedules`; its key is the schedule's name. One of `cron`, `rate` and `at`.",
    ),
    "pause": ("pause", "Leaves out every call until a time."),
    "request": ("request", "What is called: `url`, or `service` and `path`. At most one of `body`, `form` and `text`."),
    "auth": ("auth", "Names a secret or a client; the proxy adds the credential when it makes the call."),
    "retry": ("retry", "How often and for how long a failed call is tried."),
}
"""Sections of the page: the definition in the schema, and an introduction."""


def reference() -> str:
    """The text of the page."""
    root = schema("schedule")
    parts = [HEAD]
    for title, (name, about) in PARTS.items():
        part = root["$defs"][name] if name else root
        rows = (_row(key, _resolved(value, root), key in part.get("required", ())) for key, value in _keys(part))
        heading = title if title.startswith("A") and " " in title else f"`{title}`"
        parts.append(f"\n## {heading}\n\n{about}\n\n| key | value | meaning |\n| --- | --- | --- |\n{''.join(rows)}")
    entry, defaults, override = (dict(_keys(root["$defs"][name])) for name in ("entry", "defaults", "override"))
    inherited = ", ".join(f"`{key}`" for key in defaults if key in entry)
    of_request = ", ".join(f"`{key}`" for key in defaults if key not in entry)
    fixed = ", ".join(f"`{key}`" for key in entry if key not in override)
    parts.append(
        "\n## What `defaults` and `stacks` take\n\n"
        f"`defaults` takes {inherited}, and of `request` {of_request}. A stack under `stacks` takes every key of an "
        f"entry except {fixed}.\n"
    )
    return "".join(parts)


def _keys(part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from part["properties"].items()


def _resolved(value: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """A key's own schema, by its reference."""
    name = value.get("$ref", "").rpartition("/")[2]
    return {**root["$defs"][name], **value} if name else value


def _row(key: str, value: dict[str, Any], required: bool) -> str:
    about = value.get("description", value["title"]).replace("<", "&lt;")
    about += f" [Its keys](#{key})." * (key in PARTS)
    default = f" Default: `{_text(value['default'])}`." if "default" in value else ""
    needed = " Required." * required
    cells = (f"`{key}`", _allowed(value), f"{about}{needed}{default}")
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _allowed(value: dict[str, Any]) -> str:
    """The values that a key takes, or an example."""
    if "enum" in value:
        return " or ".join(f"`{each}`" for each in value["enum"])
    if "minimum" in value:
        return f"{value['minimum']} to {value['maximum']}"
    if value.get("type") == "boolean":
        return "`true` or `false`"
    if "examples" in value:
        return f"`{_text(value['examples'][0])}`"
    return "mapping" if value.get("type") == "object" else value.get("patternErrorMessage", "text")


def _text(value: Any) -> str:
    """A value on one line of YAML."""
    if isinstance(value, str):
        return f'"{value}"' if "*" in value else value
    written: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000)
    return written.removesuffix("...\n").strip().replace("'", '"')


if __name__ == "__main__":
    PAGE.write_text(reference())
