"""Page of the service for people: one self-contained document, and the route for the current user."""

from __future__ import annotations

from callback_api.page.routes import page_router

__all__ = ("page_router",)
