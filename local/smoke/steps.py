"""Every step, in its order. A feature that relies on AWS adds a module with its steps, and its line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.smoke.answers import ANSWERS
from local.smoke.deliveries import DELIVERIES, RETRIES
from local.smoke.deployments import DEPLOYMENTS, MADE_AGAIN
from local.smoke.failures import FAILURES
from local.smoke.rights import RIGHTS
from local.smoke.tokens import TOKENS

if TYPE_CHECKING:
    from local.smoke.step import SmokeStep

STEPS: tuple[SmokeStep, ...] = (*DEPLOYMENTS, *DELIVERIES, *ANSWERS, *FAILURES, *RIGHTS, *TOKENS, *RETRIES, *MADE_AGAIN)
