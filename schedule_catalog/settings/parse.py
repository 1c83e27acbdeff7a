"""Configuration values to `Settings`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from schedule_catalog.settings.commands import NAMESPACE
from schedule_catalog.settings.consistency import report_contradictions, report_keys_of_core
from schedule_catalog.settings.errors import SettingsError
from schedule_catalog.settings.model import (
    FEWEST_RETRIES_AT_ONCE,
    Application,
    CallbackSettings,
    Owner,
    ProxyRoutes,
    ProxySize,
    RetrySettings,
    SchedulerSettings,
    Settings,
    Shard,
    Vpc,
)
from schedule_catalog.settings.own_code import with_own_code
from schedule_catalog.settings.reading import (
    ConfigValue,
    Example,
    Mistakes,
    Section,
    choice,
    distinct,
    named,
    one_of,
    section,
    several,
    switch,
    text,
    whole,
)
from schedule_catalog.settings.services import DeclaredService, secret_name, service
from schedule_catalog.settings.values import (
    account,
    day,
    host_name,
    instant,
    loopback_url,
    network,
    token_url,
    url,
)
from schedule_client.contract.auth_clients import AuthClient, client_type
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.origins import RESERVED
from schedule_client.contract.records import replace
from schedule_client.contract.request import CLIENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

# CloudWatch Logs API Reference, PutRetentionPolicy.
_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
_LOG_LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")
_PROXY = ProxySize(timeout_seconds=60, memory_mb=128)
_CALLBACK = CallbackSettings(timeout_seconds=30, memory_mb=512)

_SHORT_NAME = r"[a-z0-9][a-z0-9-]{0,62}"

_service = text("billing", _SHORT_NAME, "a service name (lower-case letters, digits and hyphens)")
_owner = text("billing", _SHORT_NAME, "an owner's name (lower-case letters, digits and hyphens)")
_secret = text("billing-token", r"(?:ssm:)?[\w/+=.@-]{1,200}", "a secret's name, or \"ssm:\" and a parameter's name")
_signing_key = text("billing", _SHORT_NAME, "a signing key's name (lower-case letters, digits and hyphens)")
_client_name = text("partner", _SHORT_NAME, "a client's name (lower-case letters, digits and hyphens)")
_client_type = text("oauth2", "|".join(CLIENT_TYPES), f"one of {', '.join(CLIENT_TYPES)}")
_login = text("form", "basic|form", "one of basic, form")
# What STS accepts: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
_audience = text(
    "https://billing.example.com", r"[!-~]{1,1000}", "an audience (at most 1000 characters without spaces)"
)
# https://datatracker.ietf.org/doc/html/rfc6749#section-3.3
_scope = text("invoices.write", r"[!#-\[\]-~]{1,200}", "a scope (without spaces and quotes)")
_role = text(
    "arn:aws:iam::123456789012:role/invoices-caller",
    r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,576}",
    "the ARN of an IAM role",
)
# Both sign other bytes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
_aws_service = text(
    "execute-api",
    r"(?!(?:s3|vpc-lattice-svcs)$)[a-z0-9-]{1,40}",
    "the signing name of an AWS service, such as execute-api (s3 and vpc-lattice-svcs are not supported)",
)
_application = text(
    "billing",
    rf"(?!(?:{'|'.join(RESERVED)}|[0-9]+)$)[a-z0-9][a-z0-9-]{{0,19}}",
    "an application's name (at most 20 lower-case letters, digits, hyphens; not only digits, and not "
    f"{', '.join(RESERVED)})",
)
_name_prefix = text("app", r"[a-z0-9][a-z0-9-]{0,19}", "a short lower-case prefix")
_own_prefix = text("billing-", r"[a-z0-9][a-z0-9-]{0,19}-", "a short lower-case prefix that ends with a hyphen")
_origin = text("catalog", r"[a-z0-9][a-z0-9-]{0,19}", 'an origin, such as "catalog" or an application')
_prefix = text(f"/{NAMESPACE}/dev/", r"/(?:[\w+=.@-]+/)+", 'a prefix such as "/team/dev/", with a slash at both ends')
_region = text("eu-west-1", r"[a-z]{2}(?:-[a-z]+)+-\d{1,2}", "an AWS region")
_stack = text("prod", r"[A-Za-z0-9][\w.-]{0,99}", "the name of a stack")
_calendar = text("year-end", _SHORT_NAME, "a calendar's name (lower-case letters, digits and hyphens)")
_file = text(
    "billing.yaml",
    r"(?:(?!\.)[^/\\\x00-\x1f]+/)*(?!\.)[^/\\\x00-\x1f]+\.(?i:ya?ml)",
    "a file of the catalog, relative to its folder",
)
_topic = text(
    "arn:aws:sns:eu-west-1:123456789012:billing-alarms",
    r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}",
    "the ARN of an SNS standard topic",
)
_key = text(
    "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[\w-]{1,256}",
    "the ARN of a KMS key (not an alias, as policies do not accept one)",
)
_policy = text(
    "arn:aws:iam::123456789012:policy/boundary",
    r"arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy/[\w+=,.@/-]{1,512}",
    "the ARN of an IAM policy",
)
_path = text("/schedules/", r"/(?:[!-.0-~]+/)*", 'a path such as "/schedules/", with a slash at both ends')
_subnet = text("subnet-0123456789abcdef0", r"subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})", "the ID of a subnet")
_security_group = text("sg-0123456789abcdef0", r"sg-(?:[0-9a-f]{8}|[0-9a-f]{17})", "the ID of a security group")


def parse_settings(stack: str, values: Mapping[str, object], project: str = NAMESPACE) -> Settings:
    """Return the settings in a stack's configuration.

    *values* has the keys without their prefix. A value may be native or, as from Pulumi's runtime, a text: a
    number's digits, a structure's JSON. The project and the stack name the default prefix of secrets, so that no two
    of an account share one. Raises SettingsError with every mistake.
    """
    mistakes = Mistakes(stack)
    keys = Section(ConfigValue((), None, mistakes), values)
    settings = _settings(project, stack, keys)
    keys.finish()
    report_contradictions(settings, mistakes)
    report_keys_of_core(settings, values, mistakes)
    if mistakes.found:
        raise SettingsError(stack, tuple(mistakes.found))
    return settings


@cache
def setting_names() -> frozenset[str]:
    """Return the names of the settings, as their parser takes them."""
    keys = Section(ConfigValue((), None, Mistakes("")), {})
    _settings("", "", keys)
    return keys.known


def _settings(project: str, stack: str, keys: Section) -> Settings:
    services = keys.take("services", named(_service, service(_secret, _origin)), dict[str, DeclaredService]())
    return Settings(
        stack=stack,
        account=keys.take("account", account(), None),
        region=keys.take("region", _region, None),
        services={name: each.base for name, each in services.items()},
        access={name: each.access for name, each in services.items() if each.access is not None},
        hosts=keys.take("hosts", distinct(host_name()), frozenset[str]()),
        http_hosts=keys.take("http_hosts", distinct(host_name()), frozenset[str]()),
        allowed_cidrs=keys.take("allowed_cidrs", several(network()), ()),
        owners=keys.take("owners", named(_owner, _OWNER), dict[str, Owner]()),
        secrets=keys.take("secrets", named(_secret, _BINDING), dict[str, SecretBinding]()),
        signing=keys.take("signing", named(_signing_key, _BINDING), dict[str, SecretBinding]()),
        clients=keys.take("clients", named(_client_name, _CLIENT), dict[str, AuthClient]()),
        secret_prefix=keys.take("secret_prefix", _prefix, f"/{project}/{stack}/"),
        secret_kms_keys=keys.take("secret_kms_keys", distinct(_key), frozenset[str]()),
        secret_recovery_days=keys.take("secret_recovery_days", whole(0, 30, 7), 30),
        ledger=keys.take("ledger", switch(True), True),
        retry=keys.take("retry", section(_retry, Example("5", ("max_attempts",))), RetrySettings()),
        scheduler=keys.take("scheduler", section(_scheduler, Example("10", ("max_retries",))), SchedulerSettings()),
        proxy=keys.take("proxy", section(_proxy, Example("60", ("timeout_seconds",))), _PROXY),
        vpc=keys.take("vpc", section(_vpc, _subnet.example.inside(0).inside("subnet_ids")), None),
        callback=keys.take("callback", section(_callback, Example("30", ("timeout_seconds",))), _CALLBACK),
        minimum_interval_minutes=keys.take("minimum_interval_minutes", whole(1, 1440, 1), 1),
        most_calls_per_minute=keys.take("most_calls_per_minute", whole(1, 100_000, 100), 100),
        undelivered_events=keys.take("undelivered_events", switch(True), True),
        alarm_topic=keys.take("alarm_topic", _topic, None),
        kms_key_arn=keys.take("kms_key_arn", _key, None),
        log_retention_days=keys.take("log_retention_days", choice(_RETENTION_DAYS, 30), 30),
        log_level=keys.take("log_level", one_of(_LOG_LEVELS), "INFO"),
        permissions_boundary=keys.take("permissions_boundary", _policy, None),
        role_path=keys.take("role_path", _path, "/"),
        name_prefix=keys.take("name_prefix", _name_prefix, "app"),
        applications=_applications(
            keys.take("applications", named(_application, _APPLICATION), dict[str, Application]())
        ),
        shard=keys.take("shard", section(_shard, Example("billing.yaml", ("files", 0))), None),
        shards=dict[str, frozenset[str]](),
        freezes=keys.take("freezes", several(_calendar), ()),
        catalog=keys.take("catalog", text("schedules", expected="a folder"), "schedules"),
        calendars=keys.take("calendars", text("calendars", expected="a folder"), "calendars"),
        packages=keys.take("packages", text("build/packages", expected="a folder"), "build/packages"),
        now=keys.take("now", instant(), None),
        proxy_routes=keys.take("proxy_routes", section(_routes, Example("http://127.0.0.1:8080", ("default",))), None),
    )


def _owner_of(keys: Section) -> Owner:
    return Owner(
        contact=keys.take("contact", text("billing@example.com"), None),
        topic=keys.take("topic", _topic, None),
        services=keys.take("services", distinct(_service), None),
        hosts=keys.take("hosts", distinct(host_name()), None),
        secrets=keys.take("secrets", distinct(_secret), None),
        clients=keys.take("clients", distinct(_client_name), None),
    )


def _binding(keys: Section) -> SecretBinding:
    return SecretBinding(
        services=keys.take("services", several(_service), ()),
        hosts=keys.take("hosts", several(host_name()), ()),
        origins=keys.take("origins", several(_origin), ("catalog",)),
    )


def _client(keys: Section) -> AuthClient:
    return AuthClient(
        type=client_type(keys.require("type", _client_type)) or CLIENT_TYPES[0],
        audience=keys.take("audience", _audience, None),
        token_url=keys.take("token_url", url("https://login.example.com/oauth/token", token_url), None),
        scopes=keys.take("scopes", several(_scope), ()),
        secret=keys.take("secret", secret_name(_secret), None),
        login=keys.take("login", _login, None),
        ca=keys.take("ca", secret_name(_secret), None),
        client_certificate=keys.take("client_certificate", secret_name(_secret), None),
        role=keys.take("role", _role, None),
        aws_service=keys.take("aws_service", _aws_service, None),
        region=keys.take("region", _region, None),
        binding=_binding(keys),
    )


def _application_of(keys: Section) -> Application:
    return Application(
        prefix=keys.take("prefix", _own_prefix, ""),
        owner=keys.take("owner", _owner, None),
        isolated=keys.take("isolated", day(), None),
        retired=keys.take("retired", switch(True), False),
    )


def _applications(given: Mapping[str, Application]) -> Mapping[str, Application]:
    """Applications; the default prefix of one is its name."""
    return {name: each if each.prefix else replace(each, prefix=f"{name}-") for name, each in given.items()}


_APPLICATION = section(_application_of, Example("billing-", ("prefix",)))
_OWNER = section(_owner_of, Example("billing@example.com", ("contact",)))
_BINDING = section(_binding, Example("billing", ("services", 0)), of_secret=True)
_CLIENT = section(_client, Example("oauth2", ("type",)), of_secret=True)


def _retry(keys: Section) -> RetrySettings:
    default = RetrySettings()
    return RetrySettings(
        max_attempts=keys.take("max_attempts", whole(1, 100, default.max_attempts), default.max_attempts),
        max_age_minutes=keys.take("max_age_minutes", whole(1, 1440, default.max_age_minutes), default.max_age_minutes),
        most_attempts=keys.take("most_attempts", whole(1, 100, default.most_attempts), default.most_attempts),
        most_age_minutes=keys.take(
            "most_age_minutes", whole(1, 1440, default.most_age_minutes), default.most_age_minutes
        ),
    )


def _vpc(keys: Section) -> Vpc:
    return Vpc(
        subnet_ids=keys.take("subnet_ids", distinct(_subnet), frozenset[str]()),
        security_group_ids=keys.take("security_group_ids", distinct(_security_group), frozenset[str]()),
    )


def _scheduler(keys: Section) -> SchedulerSettings:
    default = SchedulerSettings()
    return SchedulerSettings(
        max_retries=keys.take("max_retries", whole(0, 185, default.max_retries), default.max_retries),
        max_age_minutes=keys.take("max_age_minutes", whole(1, 1440, default.max_age_minutes), default.max_age_minutes),
    )


def _proxy(keys: Section) -> ProxySize:
    return ProxySize(
        *_size(keys, _PROXY, most_seconds=900),
        reserved_concurrency=keys.take("reserved_concurrency", whole(5, 10_000, 100), None),
        retry_concurrency=keys.take("retry_concurrency", whole(FEWEST_RETRIES_AT_ONCE, 1000, 100), None),
        provisioned_concurrency=keys.take("provisioned_concurrency", whole(1, 1000, 2), None),
        provisioned_origin=keys.take("provisioned_origin", _origin, _PROXY.provisioned_origin),
    )


def _callback(keys: Section) -> CallbackSettings:
    return with_own_code(keys, *_size(keys, _CALLBACK, most_seconds=30))


def _size(keys: Section, default: CallbackSettings | ProxySize, most_seconds: int) -> tuple[int, int]:
    """Timeout and memory, which every function has."""
    seconds = whole(1, most_seconds, default.timeout_seconds)
    memory = whole(128, 10240, default.memory_mb)
    return (
        keys.take("timeout_seconds", seconds, default.timeout_seconds),
        keys.take("memory_mb", memory, default.memory_mb),
    )


def _shard(keys: Section) -> Shard:
    files = keys.take("files", distinct(_file), frozenset[str]())
    return Shard(files, keys.take("core", _stack, None))


def _routes(keys: Section) -> ProxyRoutes | None:
    default = keys.take("default", url("http://127.0.0.1:8080", loopback_url), None)
    direct = keys.take("direct", several(host_name()), ())
    return None if default is None else ProxyRoutes(default, direct)
