"""Quick scan of a whole request: most requests contain nothing that needs a check of each text."""

from __future__ import annotations

from collections.abc import Mapping

from schedule_client.contract.credentials import SECRET_WORDS, SHAPE_PIECES
from schedule_client.contract.placeholders import PREFIX, SCHEDULE_ARN, SCHEDULED_TIME

# Marks of every template, `name=value`, misplaced keyword and credential; the repr around a text contains none of them.
_SIGNS = ("=", "$", "%", "{{", "#{", PREFIX, *SHAPE_PIECES)


def is_harmless(scanned: Mapping[str, object]) -> bool:
    """Return whether no check of texts can find anything in these members of a request; False if that is unknown.

    Python's repr quickly shows every text below them in one; it omits only characters that it escapes.
    """
    if isinstance(url := scanned.get("url"), str):
        scanned = {**scanned, "url": url.removeprefix("https://")}  # the address check finds a login after it
    try:
        written = repr(scanned)
        if PREFIX in written:
            # Only in the body are the two keywords allowed everywhere.
            body = repr(scanned.get("body")).replace(SCHEDULED_TIME, "").replace(SCHEDULE_ARN, "")
            written = repr({**scanned, "body": None}) + body
    except (RecursionError, ValueError):  # of a number, Python writes some thousand digits at most
        return False
    if any([sign in written for sign in _SIGNS]):  # noqa: C419 - a list is the quicker one
        return False
    lowered = written.lower()
    return not any([word in lowered for word in SECRET_WORDS])  # noqa: C419
