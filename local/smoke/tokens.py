"""The account's issuer of tokens, which `oidc` clients need and which a switch of the account turns on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local.smoke.errors import SkippedError
from local.smoke.step import SmokeStep
from schedule_catalog.operations.translation import code_of

if TYPE_CHECKING:
    from local.smoke.stack import SmokeStack

ENABLE = "aws iam enable-outbound-web-identity-federation"


def _issuer(stack: SmokeStack) -> str:
    try:
        return f"tokens of {stack.client('iam').get_outbound_web_identity_federation_info()['IssuerIdentifier']}"
    except ClientError as error:
        if code_of(error) not in ("FeatureDisabled", "FeatureDisabledException"):
            raise
    raise SkippedError(f"the account issues no tokens, which oidc clients need; run: {ENABLE}")


TOKENS = (SmokeStep("token issuer", _issuer, reads_only=True),)
