"""Regions in which AWS lacks features."""

from __future__ import annotations

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html says in which regions Lambda looks for loops.
_WITHOUT_LOOP_DETECTION = ("ap-southeast-6", "mx-central-1")


def detects_loops(region: str) -> bool:
    """Whether Lambda cuts loops there, and so has a setting that allows one."""
    return region not in _WITHOUT_LOOP_DETECTION and not region.startswith("us-gov-")
