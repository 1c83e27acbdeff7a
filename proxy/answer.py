"""Result of the function, for callers that wait for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proxy.delivered import Delivered
    from proxy.outcome import Outcome
    from proxy.transport import Reply
    from schedule_client.contract.ledger import RunRecord

# Without a response from the target: RFC 9110 15.5.1, 15.6.3, 15.6.5.
_BAD_REQUEST, _BAD_GATEWAY, _GATEWAY_TIMEOUT = 400, 502, 504
# For runs that were settled before: RFC 9110 15.3.1, 15.5.10.
_OK, _CONFLICT = 200, 409


def answer(done: Delivered, run_key: str, *, as_text: bool = False) -> dict[str, Any]:
    """Return `{"statusCode", "body"}`; the body is JSON with `success`, `api_status`, `api_response` and `handed_over`.

    For a run that was settled before, it has the facts of the ledger. With `as_text`, as in the template's function,
    `api_response` is a text, and there is an `error` if the call failed.
    """
    if done.outcome is not None:
        return _answer(done.outcome, run_key, done.handed_over, as_text)
    known = done.record
    body = {
        "success": known is not None and known.state == "delivered",
        "api_status": known.status if known else None,
        "api_response": None,
        "handed_over": done.handed_over,
        "outcome": done.state,
        "reason": known.state if known and done.state == "duplicate" else known.reason if known else "running",
        "message": _known(known),
        "run_key": run_key,
    }
    return {"statusCode": _OK if body["success"] else _CONFLICT, "body": json.dumps(body)}


def refusal(outcome: Outcome) -> dict[str, Any]:
    """Return the result for an invalid event."""
    return _answer(outcome, None, handed_over=False, as_text=False)


def _answer(outcome: Outcome, run_key: str | None, handed_over: bool, as_text: bool) -> dict[str, Any]:
    body = {
        "success": outcome.verdict == "delivered",
        "api_status": outcome.status,
        "api_response": _content(outcome.reply, as_text) if outcome.reply else None,
        "handed_over": handed_over,
        "outcome": outcome.verdict,
        "reason": outcome.reason,
        "message": outcome.message,
        "run_key": run_key,
    }
    if as_text and not body["success"]:
        body["error"] = outcome.message
    return {"statusCode": outcome.status or _own_status(outcome), "body": json.dumps(body)}


def _known(record: RunRecord | None) -> str:
    if record is None:
        return "another event of the same run is in progress"
    return f"this run is {record.state} since {record.updated}, at attempt {record.attempt}"


def _own_status(outcome: Outcome) -> int:
    if outcome.verdict == "permanent":
        return _BAD_REQUEST
    return _GATEWAY_TIMEOUT if outcome.reason in ("timeout", "connect-timeout") else _BAD_GATEWAY


def _content(reply: Reply, as_text: bool) -> Any:
    """JSON value of a complete JSON body, else (or with `as_text`) its text."""
    text = reply.body.decode("utf-8", "replace")
    if not as_text and reply.complete and "json" in reply.content_type.lower():
        try:
            value = json.loads(text, parse_constant=_no_json)
            json.dumps([[value]])  # a value at the limit of reading may be too deep to write
            return value
        except (ValueError, RecursionError):
            return text
    return text


def _no_json(constant: str) -> None:
    raise ValueError(constant)
