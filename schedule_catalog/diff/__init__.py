"""Effects of a change of the catalog: entries before and after, their fires, and their schedules in AWS."""

from __future__ import annotations

from schedule_catalog.diff.changes import Change, ChangeKind
from schedule_catalog.diff.comparison import Comparison, compare, judge_edits
from schedule_catalog.diff.revisions import RevisionFile, revision_sources, tree_sources

__all__ = (
    "Change",
    "ChangeKind",
    "Comparison",
    "RevisionFile",
    "compare",
    "judge_edits",
    "revision_sources",
    "tree_sources",
)
