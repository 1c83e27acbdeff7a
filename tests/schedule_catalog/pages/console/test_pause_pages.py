"""Pauses in the console, as its browser asks for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schedule_catalog.operations import read_pauses
from tests.schedule_catalog.operations.aws import CALLER, NOW, Clients, arn
from tests.schedule_catalog.pages.console.site import PAGE, client_of, deployed, fields_of, text_of

DAY = {"scope": "schedule", "name": "nightly", "minutes": "1440", "reason": "upgrade"}


def paused(aws: Clients) -> list[str]:
    return [one.title for one in read_pauses(aws.stack).pauses]


def test_a_pause_says_what_it_will_do_then_is_made_and_shown_everywhere() -> None:
    aws = deployed()
    client = client_of(aws)

    asked = client.post("/pauses", data=DAY)
    shown = text_of(asked)
    assert 'Pause? the schedule "nightly" is paused until 2026-11-24 09:00' in shown
    assert "1 schedule 1 run will be skipped, 0 will wait" in shown
    assert "already in the retry queue wait too, and are not counted" in shown
    assert paused(aws) == []
    done = client.post("/pauses", data=fields_of(asked))
    assert paused(aws) == ['the schedule "nightly"']
    assert f'the schedule "nightly" Tue 2026-11-24 09:00 upgrade Mon 2026-11-23 09:00 {CALLER} Resume…' in text_of(done)
    for path in ("/", PAGE):
        assert 'the schedule "nightly" is paused until 2026-11-24 09:00' in text_of(client.get(path))


def test_resume_asks_and_is_recorded() -> None:
    aws = deployed()
    client = client_of(aws)
    client.post("/pauses", data={**DAY, "confirmed": "1"})

    wanted = {"scope": "schedule", "name": arn("nightly")}
    asked, asked_in_another_tab = (client.post("/pauses/end", data=wanted) for _ in "12")
    assert "Resume? the schedule nightly" in text_of(asked)
    assert paused(aws) != []
    done = client.post("/pauses/end", data=fields_of(asked))
    assert paused(aws) == []
    assert "Nothing is paused." in text_of(done)
    assert text_of(done).index("resume the schedule") < text_of(done).index("pause the schedule")
    again = client.post("/pauses/end", data=fields_of(asked_in_another_tab))
    assert (again.status_code, "this pause has ended" in text_of(again)) == (409, True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"scope": "planet"}, "choose what to pause"),
        ({"scope": "service", "name": ""}, "name the service"),
        ({"scope": "service", "name": "bling"}, 'has no service "bling"'),
        ({"minutes": "9999999"}, "choose how long"),
        ({"reason": ""}, "the reason of a pause is a line"),
        ({"name": "nobody"}, "nobody"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_with_the_reason(changed: dict[str, str], said: str) -> None:
    aws = deployed()

    answer = client_of(aws).post("/pauses", data={**DAY, **changed, "confirmed": "1"})

    assert answer.status_code == 409
    assert said in text_of(answer)
    assert paused(aws) == []


def test_read_only_pauses_nothing() -> None:
    aws = deployed()
    client = client_of(aws, read_only=True)

    assert client.post("/pauses", data={**DAY, "confirmed": "1"}).status_code == 403
    assert client.post("/pauses/end", data=DAY).status_code == 403
    assert paused(aws) == []
    assert "Pause…" not in text_of(client.get("/pauses"))


def test_a_schedules_page_leads_to_its_pause() -> None:
    client = client_of(deployed())

    page = client.get("/pauses", params={"scope": "schedule", "name": arn("nightly")}).text
    assert f'value="{arn("nightly")}"' in page
    assert "/pauses?scope=schedule&amp;name=" in client.get(PAGE).text


def test_a_pause_ends_when_the_question_said_however_late_it_is_answered() -> None:
    aws = deployed()
    moments = [NOW]
    client = client_of(aws, clock=lambda: moments[-1])
    asked = client.post("/pauses", data=DAY)

    moments.append(NOW + timedelta(minutes=20))
    client.post("/pauses", data=fields_of(asked))

    (made,) = read_pauses(aws.stack).pauses
    assert made.ends == NOW + timedelta(days=1)


def test_a_question_that_is_older_than_its_pause_makes_none() -> None:
    aws = deployed()

    answer = client_of(aws).post("/pauses", data={**DAY, "until": "2026-11-23T08:59:00Z", "confirmed": "1"})

    assert "the end of the pause, 2026-11-23T08:59:00Z, has passed" in text_of(answer)
    assert paused(aws) == []
