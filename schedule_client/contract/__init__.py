"""Contract of both sides of a boundary: the request, the event, the run key, the proxy's settings.

A module is loaded when one of its names is first used (PEP 562): a command needs half of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule_client.contract.address import Address, join_path, parse_url
    from schedule_client.contract.auth_clients import AuthClient
    from schedule_client.contract.bindings import SecretBinding
    from schedule_client.contract.errors import AddressError, ContractError, ProxySettingsError, RequestError
    from schedule_client.contract.event import EVENT_VERSION, INPUT_MAX_BYTES, build_event, input_text, is_link
    from schedule_client.contract.exclusions import Exclusions, LeftOut, UtcCalendar
    from schedule_client.contract.features import FEATURES, unknown_features
    from schedule_client.contract.headers import folded, header_mistake
    from schedule_client.contract.json_value import Json, Scalar, json_text
    from schedule_client.contract.ledger import KEY_REUSED, RunRecord
    from schedule_client.contract.networks import admits_address
    from schedule_client.contract.origin_signature import ORIGIN_HEADER, ORIGIN_SIGNATURE_HEADER, origin_content
    from schedule_client.contract.origins import ADHOC, CALLBACK, CATALOG, DIRECT, RESERVED, RETRY, origin_of
    from schedule_client.contract.placeholders import SCHEDULE_ARN, SCHEDULED_TIME
    from schedule_client.contract.proxy_settings import (
        SETTINGS_FILE,
        SIGNING,
        ApplicationOrigin,
        ProxySettings,
        ServiceAccess,
    )
    from schedule_client.contract.records import asdict, field, frozen, member_names, replace
    from schedule_client.contract.request import CLIENT_TYPES, Auth, AuthType, Param, Request, Retry
    from schedule_client.contract.retry_message import RetryMessage
    from schedule_client.contract.run_keys import call_run_key, fresh_run_key, key_mistake, run_key, template_run_key
    from schedule_client.contract.series import Series
    from schedule_client.contract.undelivered import Undelivered

__all__ = (
    "ADHOC",
    "CALLBACK",
    "CATALOG",
    "CLIENT_TYPES",
    "DIRECT",
    "EVENT_VERSION",
    "FEATURES",
    "INPUT_MAX_BYTES",
    "KEY_REUSED",
    "ORIGIN_HEADER",
    "ORIGIN_SIGNATURE_HEADER",
    "RESERVED",
    "RETRY",
    "SCHEDULED_TIME",
    "SCHEDULE_ARN",
    "SETTINGS_FILE",
    "SIGNING",
    "Address",
    "AddressError",
    "ApplicationOrigin",
    "Auth",
    "AuthClient",
    "AuthType",
    "ContractError",
    "Exclusions",
    "Json",
    "LeftOut",
    "Param",
    "ProxySettings",
    "ProxySettingsError",
    "Request",
    "RequestError",
    "Retry",
    "RetryMessage",
    "RunRecord",
    "Scalar",
    "SecretBinding",
    "Series",
    "ServiceAccess",
    "Undelivered",
    "UtcCalendar",
    "admits_address",
    "asdict",
    "build_event",
    "call_run_key",
    "field",
    "folded",
    "fresh_run_key",
    "frozen",
    "header_mistake",
    "input_text",
    "is_link",
    "join_path",
    "json_text",
    "key_mistake",
    "member_names",
    "origin_content",
    "origin_of",
    "parse_url",
    "replace",
    "run_key",
    "template_run_key",
    "unknown_features",
)

_MODULES: dict[str, tuple[str, ...]] = {
    "address": (
        "Address",
        "join_path",
        "parse_url",
    ),
    "auth_clients": ("AuthClient",),
    "bindings": ("SecretBinding",),
    "errors": (
        "AddressError",
        "ContractError",
        "ProxySettingsError",
        "RequestError",
    ),
    "event": (
        "EVENT_VERSION",
        "INPUT_MAX_BYTES",
        "build_event",
        "input_text",
        "is_link",
    ),
    "exclusions": (
        "Exclusions",
        "LeftOut",
        "UtcCalendar",
    ),
    "features": (
        "FEATURES",
        "unknown_features",
    ),
    "headers": (
        "folded",
        "header_mistake",
    ),
    "json_value": (
        "Json",
        "Scalar",
        "json_text",
    ),
    "ledger": (
        "KEY_REUSED",
        "RunRecord",
    ),
    "networks": ("admits_address",),
    "origin_signature": (
        "ORIGIN_HEADER",
        "ORIGIN_SIGNATURE_HEADER",
        "origin_content",
    ),
    "origins": (
        "ADHOC",
        "CALLBACK",
        "CATALOG",
        "DIRECT",
        "RESERVED",
        "RETRY",
        "origin_of",
    ),
    "placeholders": (
        "SCHEDULE_ARN",
        "SCHEDULED_TIME",
    ),
    "proxy_settings": (
        "SETTINGS_FILE",
        "SIGNING",
        "ApplicationOrigin",
        "ProxySettings",
        "ServiceAccess",
    ),
    "records": (
        "asdict",
        "field",
        "frozen",
        "member_names",
        "replace",
    ),
    "request": (
        "CLIENT_TYPES",
        "Auth",
        "AuthType",
        "Param",
        "Request",
        "Retry",
    ),
    "retry_message": ("RetryMessage",),
    "run_keys": (
        "call_run_key",
        "fresh_run_key",
        "key_mistake",
        "run_key",
        "template_run_key",
    ),
    "series": ("Series",),
    "undelivered": ("Undelivered",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found
