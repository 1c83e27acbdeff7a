"""Result of a check, with its position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_client.contract.json_value import Pointer


@frozen
class Finding:
    """Mistake in a request: `pointer` leads from the `request` mapping to a value, or with `on_key` to the key."""

    pointer: Pointer
    rule: str
    message: str
    on_key: bool = False
