"""HTTP routes of the service: one router, for the service's own app or any other."""

from __future__ import annotations

from callback_api.routes.router import create_router

__all__ = ("create_router",)
