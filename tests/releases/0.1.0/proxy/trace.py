"""The trace of a run, as W3C Trace Context level 1 writes it: https://www.w3.org/TR/trace-context/.

A run's calls are one trace, over all its retries, however many invocations make them; so its id comes from the run key
and not from Lambda's own `_X_AMZN_TRACE_ID`, which is another one for every invocation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_VERSION, _SAMPLED = "00", "01"
# A run key is "v1." and 64 hex digits, of which the first half is enough for an id.
_ID = slice(3, 35)


def traceparent(run_key: str, chance: Random) -> str:
    """The header of one attempt at the run: its trace id is the run key's first 32 hex digits, its span id new."""
    return f"{_VERSION}-{run_key[_ID]}-{chance.randrange(1, 1 << 64):016x}-{_SAMPLED}"
