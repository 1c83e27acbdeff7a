"""What a rule finds in a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.stacks import Pointer


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a merged entry.

    pointer: leads from the entry to a value, or with `at_key` to its key; what is not there is reported around it.
    offset: code points into the text at which the mistake is.
    rule: set where one module speaks for several rules.
    """

    pointer: Pointer
    message: str
    severity: Severity = Severity.ERROR
    at_key: bool = False
    offset: int = 0
    rule: str | None = None
