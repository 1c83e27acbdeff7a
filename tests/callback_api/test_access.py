"""Every route, by every kind of caller."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from callback_api.access import checked_user
from callback_api.errors import SettingsError
from proxy.signing import signature_headers
from tests.callback_api.application import ADA, BOB, INTERNAL, NOW, ROOT, Application, running

KEY, ROTATED, FOREIGN = ("whsec_" + letters * 8 for letters in ("QUJD", "REVG", "R0hJ"))
BODY = {"task": "record"}
ROUTES: dict[str, tuple[str, str, Any]] = {
    "schedule": ("POST", "/api/v1/tasks/schedule", {"task": "record", "delay_minutes": 1}),
    "get": ("GET", "/api/v1/tasks/{id}", None),
    "list": ("GET", "/api/v1/tasks", None),
    "list-of-ada": ("GET", "/api/v1/tasks?user_id=ada", None),
    "retry": ("POST", "/api/v1/tasks/{id}/retry", None),
    "cancel": ("DELETE", "/api/v1/tasks/{id}", None),
    "callback": ("POST", "/api/v1/tasks/callback", BODY),
    "sweep": ("POST", "/api/v1/sweep", None),
    "health": ("GET", "/health", None),
    "ready": ("GET", "/ready", None),
    "openapi": ("GET", "/openapi.json", None),
    "me": ("GET", "/api/v1/me", None),
    "page": ("GET", "/", None),
}
# Of ada's task, in the order of ROUTES. 409: admitted, but it has not failed.
USER = (201, 200, 200, 200, 409, 200, 401, 401, 200, 200, 200, 200, 200)
ANOTHER = (201, 404, 200, 403, 404, 404, 401, 401, 200, 200, 200, 200, 200)
NOBODY = (401, 401, 401, 401, 401, 401, 401, 401, 200, 200, 200, 401, 200)
PROXY = (401, 401, 401, 401, 401, 401, 200, 200, 200, 200, 200, 401, 200)
# Of a proxy that does not prove yet that the call is the catalog's.
OLDER = (401, 401, 401, 401, 401, 401, 503, 200, 200, 200, 200, 401, 200)
CALLERS: dict[str, tuple[int, ...]] = {
    "owner": USER,
    "another user": ANOTHER,
    "administrator": USER,
    "revoked token": NOBODY,
    "unknown token": NOBODY,
    "not a bearer": NOBODY,
    "nobody": NOBODY,
    "internal token": PROXY,
    "signature": OLDER,
    "signature of the other key": OLDER,
    "signature with the origin": PROXY,
    "signature of a foreign key": NOBODY,
    "old signature": NOBODY,
    "signature of another body": NOBODY,
}


def headers(caller: str, body: str) -> dict[str, str]:
    match caller:
        case "owner" | "another user" | "administrator" | "internal token" | "unknown token" | "revoked token":
            known = {"owner": ADA, "another user": BOB, "administrator": ROOT, "internal token": INTERNAL}
            return {"Authorization": f"Bearer {known.get(caller, 'sct_revoked')}"}
        case "not a bearer":
            return {"Authorization": f"Basic {ADA}"}
        case "nobody":
            return {}
        case "signature of the other key":
            return signed(ROTATED, body)
        case "signature with the origin":
            both = signature_headers("callback", KEY, "v1.run", int(NOW.timestamp()), body.encode(), "catalog")
            return {"webhook-id": "v1.run", "X-Schedule-Origin": "catalog", **both}
        case "signature of a foreign key":
            return signed(FOREIGN, body)
        case "old signature":
            return signed(KEY, body, NOW.replace(hour=7))
        case "signature of another body":
            return signed(KEY, body + " ")
        case _:
            return signed(KEY, body)


def signed(key: str, body: str, at: datetime = NOW) -> dict[str, str]:
    signature = Webhook(key).sign("v1.run", at, body)
    return {"webhook-id": "v1.run", "webhook-timestamp": f"{at.timestamp():.0f}", "webhook-signature": signature}


def ask(application: Application, caller: str, route: str) -> int:
    method, path, body = ROUTES[route]
    task = application.schedule()["id"]
    content = "" if body is None else json.dumps(body)
    typed = {"Content-Type": "application/json"} if content else {}
    return application.client.request(
        method, path.replace("{id}", task), content=content, headers=headers(caller, content) | typed
    ).status_code


@pytest.mark.parametrize("caller", CALLERS)
def test_each_route_admits_whom_it_should(tmp_path: Path, caller: str) -> None:
    with running(tmp_path / "tasks.sqlite", signing_keys=f"{ROTATED} {KEY}") as application:
        answers = tuple(ask(application, caller, route) for route in ROUTES)

    assert dict(zip(ROUTES, answers, strict=True)) == dict(zip(ROUTES, CALLERS[caller], strict=True))


def test_the_matrix_has_every_route(application: Application) -> None:
    paths = application.app.openapi()["paths"]
    known = {(method, path.replace("{id}", "{task_id}").partition("?")[0]) for method, path, _ in ROUTES.values()}

    assert {(method.upper(), path) for path, methods in paths.items() for method in methods} <= known


def test_where_nothing_has_to_be_proved_everybody_is_an_administrator_and_a_token_still_counts(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite", open=True, internal_token="") as application:
        task = application.schedule()["id"]
        assert application.ask("GET", f"/api/v1/tasks/{task}", token=None).status_code == 200
        assert application.ask("GET", f"/api/v1/tasks/{task}", token=BOB).status_code == 404
        assert application.ask("GET", f"/api/v1/tasks/{task}", token="sct_unknown").status_code == 401
        assert application.ask("POST", "/api/v1/sweep", token=None).status_code == 200


def test_an_open_service_with_a_token_of_its_own_lets_in_who_has_it_or_one_of_their_own(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite", open=True, open_token="printed", internal_token="") as application:
        task = application.schedule()["id"]
        for token, status in (("printed", 200), (ADA, 200), (BOB, 404), ("print", 401), ("printed!", 401), (None, 401)):
            assert application.ask("GET", f"/api/v1/tasks/{task}", token=token).status_code == status, token
            assert application.ask("POST", "/api/v1/sweep", token=token).status_code == 200


def test_a_token_of_an_open_service_opens_no_other(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite", open=False, open_token="printed") as application:
        assert application.ask("GET", "/api/v1/tasks", token="printed").status_code == 401


def test_only_an_open_service_asks_by_which_host_it_is_reached(tmp_path: Path) -> None:
    for is_open, allowed, status in ((True, ("testserver",), 200), (True, (), 421), (False, (), 200)):
        with running(tmp_path / "tasks.sqlite", open=is_open, allowed_hosts=allowed) as application:
            assert application.ask("GET", "/health").status_code == status


def test_where_people_need_no_token_calls_are_still_known_by_the_key(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite", open=True, signing_keys=KEY, internal_token="") as application:
        assert application.ask("GET", "/api/v1/tasks", token=None).status_code == 200
        assert application.ask("POST", "/api/v1/sweep", token=None).status_code == 401
        assert application.ask("POST", "/api/v1/sweep", token=ROOT).status_code == 401


def test_an_empty_internal_token_admits_nobody(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite", signing_keys=KEY, internal_token="") as application:
        for token in (None, "", " "):
            assert application.ask("POST", "/api/v1/sweep", token=token).status_code == 401


@pytest.mark.parametrize("user", ["", "catalog", "anybody", "application", "a\nb", "x" * 256])
def test_a_token_stands_for_a_user_of_a_name_of_their_own(user: str) -> None:
    with pytest.raises(SettingsError, match="cannot be a user"):
        checked_user(user)
