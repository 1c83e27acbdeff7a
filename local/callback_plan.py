"""Variables and code that the callback service of a stack runs with on the laptop, as the deployed one does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.packages import PackageError, Platform, own_files, stage_own_code
from local.clients import ACCOUNT
from local.errors import LocalError
from schedule_catalog.deployment.callback_environment import callback_environment
from schedule_catalog.deployment.client_environment import scheduler_environment
from schedule_catalog.settings import CALLBACK, signing_key_of_callback, signing_secret
from schedule_client.emulated import emulated_environment

if TYPE_CHECKING:
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.settings import Settings


@dataclass(frozen=True, slots=True)
class CallbackPlan:
    """The variables of the process; `code` has a company's own modules, `digest` changes with them."""

    variables: Mapping[str, str]
    code: Path | None = None
    digest: str = ""


def plan_of(settings: Settings | None, names: Names, folder: Path, endpoint: str) -> CallbackPlan:
    """Return the plan of a stack whose program is in *folder*; without settings, until they can be read, of any stack.

    All of it is known before the deployment. LocalError for code that does not exist.
    """
    table = {
        "CALLBACK_DATABASE_URL": f"dynamodb:{names.tasks}",
        **emulated_environment(endpoint, names.region, ACCOUNT),
    }
    if settings is None:
        return CallbackPlan(table)
    key = signing_key_of_callback(settings)
    code = code_of(settings, folder)
    variables = {
        **table,
        **scheduler_environment(names, ACCOUNT, settings.name_prefix, origin=CALLBACK, role_path=settings.role_path),
        **({"CALLBACK_SIGNING_SECRET": signing_secret(settings, key)} if key else {}),
        **callback_environment(settings.callback, str(code)),
    }
    return CallbackPlan(variables, code, _digest(code))


def code_of(settings: Settings, folder: Path) -> Path | None:
    """Return the place of the code that the settings name, whether or not it exists."""
    return folder.absolute() / settings.callback.code if settings.callback.code is not None else None


def stage_for_laptop(settings: Settings | None, folder: Path, packages: Path) -> None:
    """Stage the code for the package that the laptop deploys; LocalError if it cannot be staged."""
    try:
        if settings is not None:
            stage_own_code(settings, folder, packages, Platform.HOST)
    except PackageError as error:
        raise LocalError(str(error)) from error


def _digest(code: Path | None) -> str:
    total = hashlib.sha256()
    try:
        for name, content in own_files(code) if code is not None else ():
            total.update(f"{name}\0{len(content)}\0".encode() + content)
    except PackageError as error:
        raise LocalError(str(error)) from error
    return total.hexdigest()
