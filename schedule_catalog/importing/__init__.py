"""Jobs of other systems as entries that are proved to fire at the same times, or refused with the reason."""

from __future__ import annotations

from schedule_catalog.importing.aws_schedules import aws_jobs
from schedule_catalog.importing.conversion import conversions
from schedule_catalog.importing.crontab import crontab_jobs
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Converted, Refused
from schedule_catalog.importing.kubernetes import cronjob_jobs
from schedule_catalog.importing.target import Targets

__all__ = (
    "Converted",
    "NotConvertibleError",
    "Refused",
    "Targets",
    "aws_jobs",
    "conversions",
    "cronjob_jobs",
    "crontab_jobs",
)
