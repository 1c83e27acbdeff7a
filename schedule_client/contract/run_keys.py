"""Run keys: one name for one run, equal over duplicates, retries and replays.

A key is `v1.` and the SHA-256, in hex, of its parts in UTF-8, each written as a netstring (`LENGTH:BYTES,`, the length
in bytes and decimal) and one after the other; the first part says which kind of run it is. So no two lists of parts
ever give the same bytes. The values are pinned by tests: applications store them.
"""

from __future__ import annotations

KEY_MAX_CHARACTERS = 256
# The ledger's sort key, in which an application's key follows a prefix, has at most 1,024 bytes.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
KEY_MAX_BYTES = 1000


def key_mistake(key: str) -> str | None:
    """Return why an application cannot choose `key` for a call, or None."""
    if 0 < len(key) <= KEY_MAX_CHARACTERS and len(key.encode("utf-8", "surrogatepass")) <= KEY_MAX_BYTES:
        return None
    return f"a key has 1 to {KEY_MAX_CHARACTERS} characters, and at most {KEY_MAX_BYTES:,} bytes in UTF-8"


def run_key(origin: str, schedule_arn: str, scheduled_time: str) -> str:
    """Return the key of a schedule's run; the time is EventBridge Scheduler's text, such as `2027-01-05T08:00:00Z`."""
    return _key("run", origin, schedule_arn, scheduled_time)


def call_run_key(origin: str, group: str, key: str) -> str:
    """Return the key of a run-time call with the caller's `key`: the same for all schedules with that key."""
    return _key("call", origin, group, key)


def fresh_run_key(origin: str, schedule_arn: str, act: str) -> str:
    """Return the key of a separate run that a person started; `act` is its ID."""
    return _key("trigger", origin, schedule_arn, act)


def template_run_key(request_id: str) -> str:
    """Return the key of a direct invocation, which has no schedule: from its Lambda request ID."""
    return _key("request", request_id)


def _key(*parts: str) -> str:
    import hashlib  # it takes OpenSSL, which a command that only reads a catalog does not need

    encoded = [part.encode() for part in parts]
    return "v1." + hashlib.sha256(b"".join(b"%d:%b," % (len(part), part) for part in encoded)).hexdigest()
