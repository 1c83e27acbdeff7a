"""The schedules of every group, read through the Scheduler API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local.dispatcher.errors import EvaluationError, SourceError
from local.dispatcher.schedule import Schedule, read_schedule

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_scheduler import EventBridgeSchedulerClient

    from local.dispatcher.interfaces import Snapshot

# The local emulator answers at most a hundred schedules and no token for more, unless it is asked for more at once.
ALL = 10_000


class SchedulerSource:
    """Lists the schedules, and reads only those again whose modification date has changed."""

    def __init__(self, client: EventBridgeSchedulerClient) -> None:
        self._client = client
        self._known: dict[str, tuple[tuple[datetime, datetime], Schedule | EvaluationError]] = {}

    def schedules(self) -> Snapshot:
        """Every schedule by its ARN."""
        known: dict[str, tuple[tuple[datetime, datetime], Schedule | EvaluationError]] = {}
        try:
            for listed in self._client.list_schedules(MaxResults=ALL)["Schedules"]:
                version = (listed["CreationDate"], listed["LastModificationDate"])  # pyright: ignore[reportTypedDictNotRequiredAccess]
                arn = str(listed["Arn"])  # pyright: ignore[reportTypedDictNotRequiredAccess]
                before = self._known.get(arn)
                found = before[1] if before is not None and before[0] == version else self._read(arn)
                if found is not None:
                    known[arn] = (version, found)
        except (BotoCoreError, ClientError) as error:
            raise SourceError(str(error)) from error
        self._known = known
        return {arn: found for arn, (_, found) in known.items()}

    def current(self, arn: str) -> Schedule | None:
        """Return the current state of one schedule; None if it was deleted or can no longer be read."""
        try:
            found = self._read(arn)
        except (BotoCoreError, ClientError) as error:
            raise SourceError(str(error)) from error
        return found if isinstance(found, Schedule) else None

    def delete(self, arn: str) -> None:
        """Remove one schedule; nothing happens when it is gone."""
        group, name = _parts(arn)
        try:
            self._client.delete_schedule(GroupName=group, Name=name)
        except self._client.exceptions.ResourceNotFoundException:
            return
        except (BotoCoreError, ClientError) as error:
            raise SourceError(str(error)) from error

    def _read(self, arn: str) -> Schedule | EvaluationError | None:
        group, name = _parts(arn)
        try:
            return read_schedule(self._client.get_schedule(GroupName=group, Name=name))
        except self._client.exceptions.ResourceNotFoundException:
            return None
        except EvaluationError as error:
            return error


def _parts(arn: str) -> tuple[str, str]:
    _, group, name = arn.rsplit("/", 2)
    return group, name
