from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json, sys
from callback_api.lambda_handler import handle
imported = "sqlalchemy" in sys.modules
for event in json.load(sys.stdin):
    print(json.dumps(handle(event, None)))
print(imported)
"""


def event(method: str, path: str, body: str | None = None) -> dict[str, object]:
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"idempotency-key": "v1.lambda", "host": "api.example.com", "content-type": "application/json"},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1"}},
        "body": body,
        "isBase64Encoded": False,
    }


def test_the_handler_serves_events_of_an_http_api_and_imports_no_store_before(tmp_path: Path) -> None:
    events = [event("POST", "/api/v1/tasks/callback", '{"task":"heartbeat"}')] * 2 + [event("GET", "/ready")]
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

    assert [answer["statusCode"] for answer in answers] == [200, 200, 503], "no stack is named"
    assert json.loads(answers[1]["body"])["attempts"] == 1, "the second call found it done"
    assert imported == "False"
