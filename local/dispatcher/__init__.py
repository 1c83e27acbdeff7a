"""EventBridge Scheduler on a laptop: schedules of an emulator really fire, with a journal on disk."""

from local.dispatcher.dispatcher import Dispatcher
from local.dispatcher.errors import DeliveryError, DispatcherError, EvaluationError, JournalError, SourceError
from local.dispatcher.journal import Journal
from local.dispatcher.loop import Loop
from local.dispatcher.notice import Notice, NoticeKind
from local.dispatcher.run import Run, RunState
from local.dispatcher.schedule import Handover, Schedule
from local.dispatcher.source import SchedulerSource
from local.dispatcher.target import AwsTarget

__all__ = (
    "AwsTarget",
    "DeliveryError",
    "Dispatcher",
    "DispatcherError",
    "EvaluationError",
    "Handover",
    "Journal",
    "JournalError",
    "Loop",
    "Notice",
    "NoticeKind",
    "Run",
    "RunState",
    "Schedule",
    "SchedulerSource",
    "SourceError",
)
