"""A quick look at a request as a whole: most hold nothing for which each of their texts must be looked at."""

from __future__ import annotations

from collections.abc import Mapping

from schedule_client.contract.credentials import SECRET_WORDS, likely_shapes
from schedule_client.contract.placeholders import PREFIX, SCHEDULE_ARN, SCHEDULED_TIME

# What every template, every `name=value` and every keyword out of place has; none of it is in the repr around a text.
_SIGNS = ("=", "$", "%", "{{", "#{", PREFIX)


def is_harmless(scanned: Mapping[str, object]) -> bool:
    """Whether no check of texts can find anything in these members of a request; False where it cannot be told.

    Python's repr shows every text below them in one, quickly and with nothing left out but what it escapes.
    """
    if isinstance(url := scanned.get("url"), str):
        scanned = {**scanned, "url": url.removeprefix("https://")}  # a login after it is the address check's to find
    try:
        written = repr(scanned)
        if PREFIX in written:
            # In the body, and there alone, the two keywords may stand anywhere.
            body = repr(scanned.get("body"))
            written = written.replace(body, body.replace(SCHEDULED_TIME, "").replace(SCHEDULE_ARN, ""))
    except RecursionError:
        return False
    if any([sign in written for sign in _SIGNS]) or likely_shapes(written):  # noqa: C419 - a list is the quicker one
        return False
    lowered = written.lower()
    return not any([word in lowered for word in SECRET_WORDS])  # noqa: C419
