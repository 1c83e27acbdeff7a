"""EventBridge Scheduler's expressions: their grammar, and their fires in any IANA time zone."""

from __future__ import annotations

from tzdata import IANA_VERSION

from schedule_catalog.expressions.errors import ExpressionError, ZoneError
from schedule_catalog.expressions.evaluator import count_fires, fires, next_fires
from schedule_catalog.expressions.exact_rates import cron_of_rate, nearest_exact
from schedule_catalog.expressions.expression import At, Cron, Expression, Rate
from schedule_catalog.expressions.offsets import OffsetChange, changes, instants
from schedule_catalog.expressions.parse import parse
from schedule_catalog.expressions.zones import zone

__all__ = (
    "IANA_VERSION",
    "At",
    "Cron",
    "Expression",
    "ExpressionError",
    "OffsetChange",
    "Rate",
    "ZoneError",
    "changes",
    "count_fires",
    "cron_of_rate",
    "fires",
    "instants",
    "nearest_exact",
    "next_fires",
    "parse",
    "zone",
)
