"""A small stack at noon of 5 January 2027: what the tests of the infrastructure look at."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import rpc

from tests.pulumi_harness import Deployment, Resource, run_program

HERE = Path(__file__).parent
CONFIG: dict[str, Any] = {
    "catalog": str(HERE / "catalog"),
    "packages": str(HERE / "staged"),
    "services": {"billing": "https://billing.example.com"},
    "hosts": ["hooks.example.com"],
    "secrets": {"billing-token": {"services": ["billing"]}},
    "signing": {"callback": {"services": ["callback"], "origins": ["catalog", "adhoc"]}},
    "applications": {"billing": {}},
    "scheduler": {"max_retries": 3, "max_age_minutes": 5},
    "log_retention_days": 14,
}

# Everything that is optional turned on: a setting that makes resources or permissions goes in here too.
FULL: dict[str, Any] = {
    **CONFIG,
    "services": {**CONFIG["services"], "alerts": {"host": "alerts.example.com", "url_secret": "alerts-url"}},
    "hosts": ["hooks.example.com", "legacy.example.com:8080"],
    "http_hosts": ["legacy.example.com:8080"],
    "allowed_cidrs": ["10.20.0.0/16"],
    "owners": {
        "billing": {"contact": "billing@example.com", "topic": "arn:aws:sns:eu-west-1:123456789012:billing-alarms"}
    },
    "signing": {**CONFIG["signing"], "billing": {"services": ["billing"]}},
    "clients": {
        "account": {"type": "oidc", "audience": "https://billing.example.com", "services": ["billing"]},
        "partner": {
            "type": "oauth2",
            "token_url": "https://login.example.com/token",
            "secret": "partner-login",
            "audience": "partner-api",
            "services": ["billing"],
        },
        "gateway": {
            "type": "sigv4",
            "role": "arn:aws:iam::123456789012:role/invoices-caller",
            "aws_service": "execute-api",
            "region": "eu-west-1",
            "hosts": ["hooks.example.com"],
        },
    },
    "applications": {
        "billing": {"owner": "billing", "isolated": "2027-02-01"},
        "shop": {"prefix": "store-"},
        "old": {"retired": True},
    },
    "kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "vpc": {
        "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "security_group_ids": ["sg-0123456789abcdef0"],
    },
    "alarm_topic": "arn:aws:sns:eu-west-1:123456789012:alarms",
    "secret_kms_keys": ["arn:aws:kms:eu-west-1:123456789012:key/5678abcd-12ab-34cd-56ef-1234567890ab"],
    "secret_recovery_days": 7,
    "proxy": {"reserved_concurrency": 60, "provisioned_concurrency": 2},
    "callback": {
        "permissions": {
            "ReadOrders": {
                "actions": ["dynamodb:GetItem", "dynamodb:Query"],
                "resources": [
                    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
                    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/*",
                ],
            }
        }
    },
    "log_level": "WARN",
    "permissions_boundary": "arn:aws:iam::123456789012:policy/boundary",
}


@cache
def sample_stack() -> Deployment:
    """The sample, deployed."""
    return run_program(CONFIG)


@cache
def full_stack() -> Deployment:
    """The sample with everything optional, deployed."""
    return run_program(FULL)


@cache
def sample_preview() -> Deployment:
    """The sample before anything exists: what AWS computes is not known."""
    return run_program(CONFIG, preview=True)


def readable(resource: Resource) -> dict[str, Any]:
    """A resource as the expectations write it down: JSON texts opened, paths relative, dependencies left out."""
    written = {"under": resource.parent, "protected": resource.protect, "inputs": _readable(resource.inputs)}
    return {key: value for key, value in written.items() if value}


def statements(policy: str) -> list[dict[str, Any]]:
    """The statements of a policy document."""
    document = json.loads(policy)
    assert document["Version"] == "2012-10-17"
    return document["Statement"]


def _readable(value: Any) -> Any:
    if isinstance(value, dict) and rpc._special_sig_key in value:  # pyright: ignore[reportPrivateUsage]
        return "a secret"
    if isinstance(value, dict):
        return {key: _readable(each) for key, each in sorted(value.items())}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    if isinstance(value, pulumi.AssetArchive):
        return {name: _readable(each) for name, each in value.assets.items()}
    if isinstance(value, pulumi.StringAsset):
        return _readable(value.text)
    if isinstance(value, pulumi.FileArchive):
        return f"files of {Path(value.path).relative_to(HERE)}"
    if isinstance(value, str) and value.startswith("{"):
        return {"json": json.loads(value)}
    return int(value) if isinstance(value, float) else value
