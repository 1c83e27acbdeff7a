"""An event of a shop's, at the time of its clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.proxy.emulated import Shop

ARN = "arn:aws:scheduler:eu-central-1:000000000000:schedule/shop-adhoc/"


def event(shop: Shop, **members: Any) -> dict[str, Any]:
    time = datetime.fromtimestamp(shop.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    schedule = {"name": "app-call", "arn": f"{ARN}app-call", "time": time}
    return {"v": 1, "service": "billing", "path": "/close", "method": "POST", "schedule": schedule, **members}
