"""Result of a rule for one draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.problem import Severity
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.checking.stacks import Pointer


@frozen
class Fault:
    """Mistake in a merged entry.

    pointer: path from the entry to a value, or with `at_key` to its key; reported at the nearest that exists.
    offset: position of the mistake in the text, in code points.
    rule: set when one check reports several rules.
    """

    pointer: Pointer
    message: str
    severity: Severity = Severity.ERROR
    at_key: bool = False
    offset: int = 0
    rule: str | None = None
