"""Trace of a run, as in W3C Trace Context level 1: https://www.w3.org/TR/trace-context/.

A run's calls are one trace, over all its retries and invocations; so its ID comes from the run key and not from
Lambda's own `_X_AMZN_TRACE_ID`, which differs for every invocation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_VERSION, _SAMPLED = "00", "01"
# A run key is "v1." and 64 hex digits, of which the first half is enough for an ID.
_ID = slice(3, 35)


def traceparent(run_key: str, chance: Random) -> str:
    """Return the header of one attempt: its trace ID is the run key's first 32 hex digits, its span ID new."""
    return f"{_VERSION}-{run_key[_ID]}-{chance.randrange(1, 1 << 64):016x}-{_SAMPLED}"
