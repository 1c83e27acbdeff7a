"""Operations on a deployed stack through injected boto3 clients: schedules, runs, undelivered calls."""

from __future__ import annotations

from schedule_catalog.operations.access import AwsAccess, AwsClients, LaptopStack, ServiceClients
from schedule_catalog.operations.alarms import Alarm
from schedule_catalog.operations.board import STATES, Board, BoardRow, board
from schedule_catalog.operations.deployed import Deployed, find_stack
from schedule_catalog.operations.drift import Difference, differences
from schedule_catalog.operations.errors import (
    AwsError,
    FireError,
    KeyRotationError,
    LedgerOffError,
    NotRunnableError,
    OperationError,
    PauseError,
    StackError,
    UndeliveredCallError,
)
from schedule_catalog.operations.fire_times import run_of_fire
from schedule_catalog.operations.inventory import take_inventory
from schedule_catalog.operations.invocation import Answer, Invocation, make, prepare
from schedule_catalog.operations.lookup import Identity, find_schedule, identities, identity_of
from schedule_catalog.operations.make_up import Unmade, missed_fires, skipped_runs
from schedule_catalog.operations.missed import Missed, Search, missed_runs
from schedule_catalog.operations.overview import overview
from schedule_catalog.operations.pause_effect import PauseEffect, pause_effect
from schedule_catalog.operations.pauses import (
    PauseAct,
    PauseTarget,
    caller,
    current_target,
    notes_on_call,
    notes_on_replay,
    pause,
    pause_acts,
    pause_target,
    permitted_pauses,
    planned_pause,
    read_pauses,
    resume,
    subject_of,
    subject_of_call,
)
from schedule_catalog.operations.provenance import read_undelivered_call
from schedule_catalog.operations.replay import replay, replayed_event
from schedule_catalog.operations.runs import MEMORY, RunRecord, failures, runs_of
from schedule_catalog.operations.schedules import FoundSchedule, get_schedule, list_schedules
from schedule_catalog.operations.signing_keys import Step, rotate_signing_key, signing_keys
from schedule_catalog.operations.status import Depth, StackStatus, queue_depths, stack_status
from schedule_catalog.operations.undelivered_call import UndeliveredCall
from schedule_catalog.operations.undelivered_queues import UndeliveredQueues
from schedule_client.contract.pauses import Pauses, RunTimePause, Scope

__all__ = (
    "MEMORY",
    "STATES",
    "Alarm",
    "Answer",
    "AwsAccess",
    "AwsClients",
    "AwsError",
    "Board",
    "BoardRow",
    "Deployed",
    "Depth",
    "Difference",
    "FireError",
    "FoundSchedule",
    "Identity",
    "Invocation",
    "KeyRotationError",
    "LaptopStack",
    "LedgerOffError",
    "Missed",
    "NotRunnableError",
    "OperationError",
    "PauseAct",
    "PauseEffect",
    "PauseError",
    "PauseTarget",
    "Pauses",
    "RunRecord",
    "RunTimePause",
    "Scope",
    "Search",
    "ServiceClients",
    "StackError",
    "StackStatus",
    "Step",
    "UndeliveredCall",
    "UndeliveredCallError",
    "UndeliveredQueues",
    "Unmade",
    "board",
    "caller",
    "current_target",
    "differences",
    "failures",
    "find_schedule",
    "find_stack",
    "get_schedule",
    "identities",
    "identity_of",
    "list_schedules",
    "make",
    "missed_fires",
    "missed_runs",
    "notes_on_call",
    "notes_on_replay",
    "overview",
    "pause",
    "pause_acts",
    "pause_effect",
    "pause_target",
    "permitted_pauses",
    "planned_pause",
    "prepare",
    "queue_depths",
    "read_pauses",
    "read_undelivered_call",
    "replay",
    "replayed_event",
    "resume",
    "rotate_signing_key",
    "run_of_fire",
    "runs_of",
    "signing_keys",
    "skipped_runs",
    "stack_status",
    "subject_of",
    "subject_of_call",
    "take_inventory",
)
