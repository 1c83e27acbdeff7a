from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.dispatcher import Handover, Run
from local.errors import LogUnreadableError
from local.session.earlier_outcomes import PAUSES, EarlierOutcomes
from local.session.outcomes import LoggedOutcome, OutcomeState, Remark
from local.session.promises import key_of
from schedule_client.contract.times import wire_time

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ARN = "arn:aws:scheduler:eu-central-1:000000000000:schedule/catalog/close"
ALIAS = "arn:aws:lambda:eu-central-1:000000000000:function:proxy:catalog"
RUN = Run(1, ARN, NINE, NINE, delivery=Handover(ALIAS, None, None))
KEY = key_of(ALIAS, ARN, NINE)
WAITING = LoggedOutcome(
    NINE, "close", wire_time(NINE), KEY, OutcomeState.WAITING, "retryable", "http-503", 503, 3.0, ""
)


def test_the_last_line_on_a_run_counts():
    delivered = replace(WAITING, state=OutcomeState.DELIVERED)

    assert EarlierOutcomes([WAITING]).of(RUN) is OutcomeState.WAITING
    assert EarlierOutcomes([WAITING, delivered]).of(RUN) is OutcomeState.DELIVERED


def test_a_duplicate_and_an_attempt_without_an_end_say_nothing_of_the_run():
    duplicate, died = replace(WAITING, state=OutcomeState.DUPLICATE), replace(WAITING, state=OutcomeState.UNKNOWN)

    assert EarlierOutcomes([WAITING, duplicate, died, Remark(NINE, "out of memory")]).of(RUN) is OutcomeState.WAITING
    assert EarlierOutcomes([died]).of(RUN) is OutcomeState.UNKNOWN


def test_a_run_whose_caller_chose_its_key_is_known_by_its_schedule_and_its_time():
    chosen = replace(WAITING, run_key="v1.chosen")

    assert EarlierOutcomes([chosen]).of(RUN) is OutcomeState.WAITING
    assert (
        EarlierOutcomes([replace(chosen, scheduled_time=wire_time(NINE + timedelta(minutes=1)))]).of(RUN)
        is OutcomeState.UNKNOWN
    )


class Away:
    """A log that cannot be read for a number of times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def read(self) -> list[LoggedOutcome | Remark]:
        if self.times:
            self.times -= 1
            raise LogUnreadableError('the log "/aws/lambda/proxy" cannot be read: no answer')
        return [replace(WAITING, state=OutcomeState.DELIVERED)]


def test_a_log_that_cannot_be_read_is_asked_again_before_anything_is_made_of_it():
    pauses: list[float] = []

    earlier = EarlierOutcomes.read(Away(len(PAUSES)), Path("emulator.log"), pauses.append)

    assert earlier.of(RUN) is OutcomeState.DELIVERED
    assert pauses == list(PAUSES)


def test_a_log_that_stays_unreadable_ends_the_start_with_what_to_do():
    with pytest.raises(LogUnreadableError) as ended:
        EarlierOutcomes.read(Away(len(PAUSES) + 1), Path("emulator.log"), lambda seconds: None)

    assert str(ended.value) == (
        'the log "/aws/lambda/proxy" cannot be read: no answer; it says which runs of earlier sessions were delivered, '
        'and without it they would be made again: see the end of "emulator.log", which the next start overwrites, '
        "and start again"
    )
