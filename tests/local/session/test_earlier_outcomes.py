from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from local.dispatcher import Handover, Run
from local.session.earlier_outcomes import EarlierOutcomes
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
