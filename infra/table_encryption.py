"""How a table is encrypted."""

from __future__ import annotations

import pulumi_aws as aws


def table_encryption(kms_key_arn: str | None) -> aws.dynamodb.TableServerSideEncryptionArgs | None:
    """The customer managed key of a table; without one DynamoDB takes a key of its own."""
    return aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=kms_key_arn) if kms_key_arn else None
