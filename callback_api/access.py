"""Access rules: users have API tokens, the proxy has its signature or the internal token."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from callback_api.errors import ProblemError, SettingsError
from callback_api.task import TokenOwner
from callback_api.tokens import digest
from schedule_client.contract.origin_signature import ORIGIN_HEADER
from schedule_client.contract.origins import CATALOG
from schedule_client.webhooks import read_keys, verified, verified_origin

if TYPE_CHECKING:
    from callback_api.storage import TaskStore
    from callback_api.task import Task

CATALOG_USER = "catalog"
"""User of tasks from entries of the catalog."""
APPLICATION = "application"
"""User of tasks that an application schedules without naming a user."""
# User of everybody where no token is needed.
ANYBODY = TokenOwner("anybody", admin=True)
_RESERVED = (ANYBODY.user_id, APPLICATION, CATALOG_USER)
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class Access:
    """Required proofs of callers.

    signing_keys: returns the text of one or two `whsec_…` keys; called for each call, so that it may be read again.
    internal_token: "" disables it.
    open: people need no API token except `open_token`, if there is one; other tokens are checked too.
    open_to_calls: anybody may call the routes of the proxy.
    """

    signing_keys: Callable[[], str] = str
    internal_token: str = ""
    open: bool = False
    open_token: str = ""
    open_to_calls: bool = False

    def user(self, authorization: str | None, store: TaskStore) -> TokenOwner:
        """Return the user of an API token; ProblemError 401."""
        token = _bearer(authorization)
        if self.open and hmac.compare_digest(token.encode("utf-8", "surrogatepass"), self.open_token.encode()):
            return ANYBODY
        owner = store.token_owner(digest(token)) if token else None
        if owner is None:
            detail = "an API token is needed: send it as Authorization: Bearer TOKEN"
            raise ProblemError(401, "not-authenticated", detail, _CHALLENGE)
        return owner

    def admit(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
        """Admit a call of the proxy and return its origin; ProblemError 401 for any other call.

        None if nothing proves the origin. Any holder of the internal token is admitted, not only the proxy.
        """
        claimed = headers.get(ORIGIN_HEADER.lower()) or CATALOG
        if self.open_to_calls:
            return claimed
        token = _bearer(headers.get("authorization")).encode("utf-8", "surrogatepass")
        internal = hmac.compare_digest(token, self.internal_token.encode()) and bool(self.internal_token)
        if internal:
            return claimed
        keys = read_keys(self.signing_keys())
        if verified(keys, headers, body, now):
            return verified_origin(keys, headers, body)
        detail = "only the proxy may call this: the call had no valid signature and no internal token"
        raise ProblemError(401, "not-authenticated", detail, _CHALLENGE)


def checked_user(user_id: str) -> str:
    """Return a user for whom tokens may be created; SettingsError for a reserved name."""
    if user_id in _RESERVED:
        raise SettingsError(f'"{user_id}" cannot be a user: the service itself uses this name; give another one')
    if not user_id.isprintable() or not user_id or len(user_id) > 255:
        raise SettingsError(f'"{user_id}" cannot be a user: give 1 to 255 printable characters')
    return user_id


def checked_caller(owner: TokenOwner) -> TokenOwner:
    """Return the caller that an application's own dependency gave; ProblemError 403 for a reserved name.

    Otherwise a user who signs up under such a name gets the tasks of the application itself.
    """
    if owner.user_id in _RESERVED and not owner.admin:
        raise ProblemError(
            403, "not-allowed", f'the service itself uses the user name "{owner.user_id}": use another one'
        )
    return owner


def may_see(owner: TokenOwner, task: Task) -> bool:
    """Return whether the caller may see a task."""
    return owner.admin or owner.user_id == task.user_id


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
