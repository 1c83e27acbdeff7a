"""Settings of a stack: the values of `Pulumi.<stack>.yaml` under `schedule-catalog:`, typed and checked."""

from schedule_catalog.settings.commands import NAMESPACE, path_text, remove_command, set_command
from schedule_catalog.settings.consistency import BUILT_IN_SERVICE, CHINA, elsewhere, is_in_china
from schedule_catalog.settings.errors import Mistake, SettingsError, SettingsFileError
from schedule_catalog.settings.file import read_settings, settings_of
from schedule_catalog.settings.handing import handing_minutes
from schedule_catalog.settings.model import (
    Application,
    CallbackSettings,
    Owner,
    Permission,
    ProxyRoutes,
    ProxySize,
    RetrySettings,
    SchedulerSettings,
    Settings,
    Shard,
    Vpc,
)
from schedule_catalog.settings.origins import ADHOC, CALLBACK, CATALOG, RETRY, origins
from schedule_catalog.settings.parse import parse_settings
from schedule_catalog.settings.proxy_settings import proxy_settings, settings_digest
from schedule_catalog.settings.services import may_call
from schedule_catalog.settings.shards import core_of, put_together
from schedule_catalog.settings.signing import FIRST, new_signing_key, signing_key_of_callback, signing_secret
from schedule_client.contract.features import FEATURES, unknown_features
from schedule_client.contract.proxy_settings import SETTINGS_FILE
from schedule_client.contract.request import CLIENT_TYPES

__all__ = (
    "ADHOC",
    "BUILT_IN_SERVICE",
    "CALLBACK",
    "CATALOG",
    "CHINA",
    "CLIENT_TYPES",
    "FEATURES",
    "FIRST",
    "NAMESPACE",
    "RETRY",
    "SETTINGS_FILE",
    "Application",
    "CallbackSettings",
    "Mistake",
    "Owner",
    "Permission",
    "ProxyRoutes",
    "ProxySize",
    "RetrySettings",
    "SchedulerSettings",
    "Settings",
    "SettingsError",
    "SettingsFileError",
    "Shard",
    "Vpc",
    "core_of",
    "elsewhere",
    "handing_minutes",
    "is_in_china",
    "may_call",
    "new_signing_key",
    "origins",
    "parse_settings",
    "path_text",
    "proxy_settings",
    "put_together",
    "read_settings",
    "remove_command",
    "set_command",
    "settings_digest",
    "settings_of",
    "signing_key_of_callback",
    "signing_secret",
    "unknown_features",
)
