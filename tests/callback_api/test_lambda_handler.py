from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from callback_api.lambda_handler import split_path

PROGRAM = """
import json, sys
from callback_api.lambda_handler import handle
imported = "sqlalchemy" in sys.modules
for event in json.load(sys.stdin):
    print(json.dumps(handle(event, None)))
print(imported)
"""


def event(method: str, path: str, body: str | None = None, before: str = "") -> dict[str, object]:
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": before + path,
        "rawQueryString": "",
        "headers": {"idempotency-key": "v1.lambda", "host": "api.example.com", "content-type": "application/json"},
        "requestContext": {
            "stage": before.strip("/") or "$default",
            "http": {"method": method, "path": before + path, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1"},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def test_the_handler_serves_events_of_an_http_api_and_imports_no_store_before(tmp_path: Path) -> None:
    events = [event("POST", "/api/v1/tasks/callback", '{"task":"heartbeat"}')] * 2 + [event("GET", "/ready")]
    later = '{"task":"heartbeat","delay_minutes":5}'
    events += [event("POST", "/api/v1/tasks/schedule", later, before) for before in ("", "/prod", "/a/b")]
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        input=json.dumps(events),
        capture_output=True,
        text=True,
        check=True,
        env={
            "CALLBACK_DATABASE": str(tmp_path / "tasks.sqlite"),
            "CALLBACK_OPEN": "true",
            "CALLBACK_ALLOWED_HOSTS": "api.example.com",
            "CALLBACK_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
    )

    *lines, imported = ran.stdout.splitlines()
    answers = [json.loads(line) for line in lines]

    assert [answer["statusCode"] for answer in answers] == [200, 200, 503, 201, 200, 200], "no stack is named"
    places = [answer["headers"]["location"].partition("/api/v1/tasks/")[0] for answer in answers[3:]]
    assert places == ["", "/prod", "/a/b"]
    assert json.loads(answers[1]["body"])["attempts"] == 1, "the second call found it done"
    assert imported == "False"


@pytest.mark.parametrize(
    ("path", "route", "expected"),
    [
        ("/api/v1/tasks/x", "GET /api/v1/tasks/{task_id}", ("", "/api/v1/tasks/x")),
        ("/prod/api/v1/tasks/x/retry", "POST /api/v1/tasks/{task_id}/retry", ("/prod", "/api/v1/tasks/x/retry")),
        ("/prod", "GET /", ("/prod", "/")),
        ("/", "GET /", ("", "/")),
        ("/prod/x", "$default", ("", "/prod/x")),
    ],
)
def test_what_a_stage_or_a_domain_puts_before_a_route_is_told_apart(
    path: str, route: str, expected: tuple[str, str]
) -> None:
    assert split_path(path, route) == expected
