"""Who may ask for what: users by their API tokens, the proxy by its signature or the internal token."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from callback_api.errors import ProblemError, SettingsError
from callback_api.task import TokenOwner
from callback_api.tokens import digest
from schedule_client.contract import CATALOG, ORIGIN_HEADER
from schedule_client.webhooks import read_keys, verified, verified_origin

if TYPE_CHECKING:
    from callback_api.storage import TaskStore
    from callback_api.task import Task

# Whose tasks they are that entries of the catalog make, and who everybody is where nobody has to prove anything.
CATALOG_USER = "catalog"
ANYBODY = TokenOwner("anybody", admin=True)
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class Access:
    """What has to be proved, and how.

    signing_keys: gives the text of one or two `whsec_…` keys, asked for each call, so that it may be read anew.
    internal_token: "" admits nobody.
    open: people need no API token but `open_token`, if there is one; another that is presented is looked at too.
    open_to_calls: what is the proxy's to call is anybody's.
    """

    signing_keys: Callable[[], str] = str
    internal_token: str = ""
    open: bool = False
    open_token: str = ""
    open_to_calls: bool = False

    def user(self, authorization: str | None, store: TaskStore) -> TokenOwner:
        """Whose API token it is; ProblemError 401."""
        token = _bearer(authorization)
        if self.open and hmac.compare_digest(token.encode("utf-8", "surrogatepass"), self.open_token.encode()):
            return ANYBODY
        owner = store.token_owner(digest(token)) if token else None
        if owner is None:
            detail = "an API token is needed: send it as Authorization: Bearer TOKEN"
            raise ProblemError(401, "not-authenticated", detail, _CHALLENGE)
        return owner

    def admit(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
        """Let a call of the proxy's pass, and say of which origin it is; ProblemError 401 for any other call.

        None where nothing proves the origin. Whoever has the internal token is believed, and need not be the proxy.
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
        detail = "this is the proxy's to call: neither a valid signature nor the internal token came with it"
        raise ProblemError(401, "not-authenticated", detail, _CHALLENGE)


def checked_user(user_id: str) -> str:
    """A user that tokens may be made for; SettingsError for one that stands for something else."""
    if not user_id.isprintable() or not user_id or len(user_id) > 255 or user_id in (CATALOG_USER, ANYBODY.user_id):
        raise SettingsError(f'"{user_id}" cannot be a user: give 1 to 255 printable characters, other than "catalog"')
    return user_id


def may_see(owner: TokenOwner, task: Task) -> bool:
    """Whether a task is the caller's to see."""
    return owner.admin or owner.user_id == task.user_id


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
