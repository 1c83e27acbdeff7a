"""The routes' paths, wherever an application has put them."""

from __future__ import annotations

API = "/api/v1/"
CALLBACK_PATH, SWEEP_PATH = f"{API}tasks/callback", f"{API}sweep"


class Mount:
    """The path below which the routes are, as the requests that reach them show it; None before the first.

    A path of which a part is a variable is another one for each request, so nothing is learned from it.
    """

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self._fixed = path is not None

    def learn(self, path: str, *, variable: bool = False) -> None:
        """Take what stands before the routes in a request's path."""
        before, found, _ = path.rpartition(API)
        if found and not variable and not self._fixed:
            self.path = before
