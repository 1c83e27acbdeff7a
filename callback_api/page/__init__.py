"""The service's page for people: one self-contained document, and the route that says who is looking at it."""

from __future__ import annotations

from callback_api.page.routes import page_router

__all__ = ("page_router",)
