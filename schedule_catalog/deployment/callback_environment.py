"""Variables of the callback service for a company's own code in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedule_catalog.settings import CallbackSettings

_OWN_TASKS = "callback_api.heartbeat"


def callback_environment(settings: CallbackSettings, code: str) -> Mapping[str, str]:
    """Return the variables by which the service finds the code, which is in the folder *code*, and those for it.

    The service's own task is there in any case: a stack's schedule may call it.
    """
    handlers = {"CALLBACK_HANDLERS": ",".join((_OWN_TASKS, *settings.handlers))} if settings.handlers else {}
    return {**settings.environment, **handlers, **({"CALLBACK_CODE": code} if settings.code is not None else {})}
