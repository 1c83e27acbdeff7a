"""Links of a comment: to the lines of the change, and to the report of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.cli.github.workspace import Workspace


@frozen
class Links:
    """Links for a reviewer; none without a URL.

    source: URL of the folder that has the files of the change, at the commit that is reviewed.
    report: URL of the page with the report.
    """

    workspace: Workspace
    source: str | None = None
    report: str | None = None

    def line(self, path: str, line: int, shown: str) -> str:
        """Return *shown*, which is safe in Markdown, as a link to a line; unchanged without a place to link to."""
        relative = self.workspace.relative(path) if self.source else None
        if relative is None:
            return shown
        return f"[{shown}]({self.source}/{quote(relative)}#L{line})"
