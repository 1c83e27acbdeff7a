"""Attacks on the callback service by applications whose calls the proxy signs for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from proxy.signing import signature_headers
from tests.callback_api.application import CALLBACK, INTERNAL, Application, running

if TYPE_CHECKING:
    import httpx

KEY = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
RUN = {"task": "record", "data": 1}


@pytest.fixture(name="application")
def _application(tmp_path: Path) -> Any:
    with running(tmp_path / "tasks.sqlite", signing_keys=KEY) as application:
        yield application


def signed(application: Application, body: Any, origin: str = "catalog", **headers: str) -> httpx.Response:
    """A call as the proxy signs it for an origin; `headers` are what somebody changed on its way."""
    content = json.dumps(body).encode()
    seconds = int(application.clock.now.timestamp())
    sent = {
        "Content-Type": "application/json",
        "webhook-id": "v1.run",
        "X-Schedule-Origin": origin,
        **signature_headers("callback", KEY, "v1.run", seconds, content, origin),
        **headers,
    }
    return application.client.post(CALLBACK, content=content, headers=sent)


def test_only_the_catalog_makes_and_does_a_task_at_once(application: Application) -> None:
    assert signed(application, RUN).status_code == 200
    for origin in ("adhoc", "callback", "evil", "direct"):
        answer = signed(application, RUN, origin)
        assert (answer.status_code, answer.headers["Webhook-Retry"]) == (403, "no")
    assert len(application.handlers.calls) == 1


@pytest.mark.parametrize("signature", ["", "v1,AAAA", "the other one"])
def test_an_origin_that_the_signature_does_not_cover_is_not_believed(application: Application, signature: str) -> None:
    """So is none at all, of a proxy that is about to be replaced: it is told to come back."""
    content, seconds = json.dumps(RUN).encode(), int(application.clock.now.timestamp())
    plain = signature_headers("callback", KEY, "v1.run", seconds, content, "adhoc")["webhook-signature"]
    given = plain if signature == "the other one" else signature

    answer = signed(application, RUN, "adhoc", **{"X-Schedule-Origin": "catalog", "X-Schedule-Origin-Signature": given})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert application.handlers.calls == []


def test_a_body_cannot_pass_for_the_signature_of_an_origin(application: Application) -> None:
    """An application chooses its body, so that the plain signature could cover what an origin's would."""
    seconds, inner = int(application.clock.now.timestamp()), json.dumps(RUN)
    forged = f"origin:catalog.v1.run.{seconds}.{inner}".encode()
    theirs = signature_headers("callback", KEY, "v1.run", seconds, forged, "adhoc")["webhook-signature"]

    answer = signed(
        application, RUN, "adhoc", **{"X-Schedule-Origin": "catalog", "X-Schedule-Origin-Signature": theirs}
    )

    assert answer.status_code == 503


@pytest.mark.parametrize("origin", ["catalog", "callback", "adhoc"])
def test_no_task_is_done_before_it_is_due_whoever_calls(application: Application, origin: str) -> None:
    task = application.schedule(delay_minutes=30)["id"]

    early = signed(application, {"task_id": task}, origin)
    application.clock.pass_(minutes=30)
    due = signed(application, {"task_id": task}, origin)

    assert (early.status_code, early.headers["Retry-After"]) == (425, "1801")
    assert (due.status_code, due.json()["status"], due.json()["attempts"]) == (200, "COMPLETED", 1)


def test_a_proxy_from_before_origins_still_calls_tasks_back(application: Application) -> None:
    task = application.schedule(delay_minutes=1)["id"]
    application.clock.pass_(minutes=1)

    answer = signed(application, {"task_id": task}, **{"X-Schedule-Origin": "", "X-Schedule-Origin-Signature": ""})

    assert answer.status_code == 200


def test_the_internal_token_is_believed_with_the_origin_that_the_proxy_sent_along(application: Application) -> None:
    def asked(**headers: str) -> int:
        return application.ask("POST", CALLBACK, RUN, INTERNAL, **headers).status_code

    assert asked() == 200
    assert asked(X_Schedule_Origin="evil") == 403
