"""Other runs of a recurring schedule, as an event describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_client.contract.json_value import Json


@frozen(kw_only=True)
class Series:
    """The runs of one recurring schedule: those that its scheduled times leave out are not made.

    not_on: names of the calendars in the proxy's settings, such as `kr@Asia/Seoul`.
    paused_until: a UTC time such as `2027-01-10T00:00:00Z`, before which it is paused for `pause_reason`.
    """

    not_on: tuple[str, ...] = ()
    paused_until: str | None = None
    pause_reason: str = ""
    fires_in_freezes: bool = False

    def members(self) -> dict[str, Json]:
        """The members of the event; what has its default is left out."""
        pause: Json = {"until": self.paused_until, "reason": self.pause_reason} if self.paused_until else None
        found: dict[str, Json] = {
            "recurring": True,
            "not_on": list(self.not_on) or None,
            "pause": pause,
            "fires_in_freezes": self.fires_in_freezes or None,
        }
        return {key: value for key, value in found.items() if value is not None}
