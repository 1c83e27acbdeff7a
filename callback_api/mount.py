"""Paths of the routes, wherever an application mounts them."""

from __future__ import annotations

API = "/api/v1/"
CALLBACK_PATH, SWEEP_PATH = f"{API}tasks/callback", f"{API}sweep"


class Mount:
    """Path above the routes, learned from requests; None before the first.

    A path with a variable differs for each request, so it is not learned.
    """

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self._fixed = path is not None

    def learn(self, path: str, *, variable: bool = False) -> None:
        """Learn the path above the routes from a request's path."""
        before, found, _ = path.rpartition(API)
        if found and not variable and not self._fixed:
            self.path = before
