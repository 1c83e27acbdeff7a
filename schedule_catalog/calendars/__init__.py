"""Calendars: days and periods that entries and stacks leave out, from `calendars/NAME.yaml` to intervals of UTC."""

from __future__ import annotations

from schedule_catalog.calendars.calendar import Period, compiled
from schedule_catalog.calendars.calendars import UNREAD, Calendars
from schedule_catalog.calendars.files import calendars_at, calendars_of, calendars_under

__all__ = ("UNREAD", "Calendars", "Period", "calendars_at", "calendars_of", "calendars_under", "compiled")
