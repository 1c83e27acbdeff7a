"""Syntax on which AWS's pages are silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "undocumented"
DOC = "a cron says what AWS documents, so that nobody has to guess when it fires"


def check(draft: Draft) -> Iterator[Fault]:
    """Find syntax for which this project had to choose a meaning."""
    if draft.kind == "cron" and draft.expression is not None:
        for column, message in draft.expression.undocumented:
            offset = max(0, column - 1 - len("cron("))
            yield Fault(("cron",), message, Severity.WARNING, offset=offset)
