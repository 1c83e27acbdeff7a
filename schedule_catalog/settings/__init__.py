"""The settings of a stack: what `Pulumi.<stack>.yaml` says under `schedule-catalog:`, typed and checked."""

from .commands import NAMESPACE
from .consistency import BUILT_IN_SERVICE
from .errors import Mistake, SettingsError, SettingsFileError
from .file import read_settings
from .model import FunctionSettings, Owner, ProxyRoutes, RetrySettings, SchedulerSettings, Settings
from .parse import parse_settings
from .proxy_settings import proxy_settings

__all__ = (
    "BUILT_IN_SERVICE",
    "NAMESPACE",
    "FunctionSettings",
    "Mistake",
    "Owner",
    "ProxyRoutes",
    "RetrySettings",
    "SchedulerSettings",
    "Settings",
    "SettingsError",
    "SettingsFileError",
    "parse_settings",
    "proxy_settings",
    "read_settings",
)
