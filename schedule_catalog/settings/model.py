"""Settings of one stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.entry import HANDING_MINUTES
from schedule_client.contract.origins import CATALOG
from schedule_client.contract.records import field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from schedule_client.contract.auth_clients import AuthClient
    from schedule_client.contract.bindings import SecretBinding
    from schedule_client.contract.proxy_settings import ServiceAccess

RETRIES_AT_ONCE = 50
# The least that AWS takes: https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html
FEWEST_RETRIES_AT_ONCE = 2


@frozen
class Owner:
    """Team that owns schedules; once an owner is declared, undeclared ones are a problem.

    contact: mail address or channel of the team.
    topic: ARN of the SNS topic for the owner's failed calls.
    services, hosts, secrets, clients: names that the owner's schedules may use; by default, all that the stack allows.
    """

    contact: str | None = None
    topic: str | None = None
    services: frozenset[str] | None = None
    hosts: frozenset[str] | None = None
    secrets: frozenset[str] | None = None
    clients: frozenset[str] | None = None


@frozen
class Application:
    """Application that schedules calls at run time, with its own origin and IAM policy.

    prefix: beginning of the names of its schedules, which no other application may use.
    owner: the owner of its failed calls, whatever its requests say.
    isolated: day of the deployment that ends its use of the shared origin `adhoc`; None before.
    retired: it schedules no more calls; pending ones are still delivered.
    """

    prefix: str
    owner: str | None = None
    isolated: date | None = None
    retired: bool = False


@frozen
class RetrySettings:
    """Number of attempts of one call, and the time after its due time for which the proxy retries.

    max_attempts: default attempts of a request, including the first.
    max_age_minutes: default age of a request; at most a schedule's gap to its next fire.
    most_attempts, most_age_minutes: limits for the values of a request.
    """

    max_attempts: int = 5
    max_age_minutes: int = 60
    most_attempts: int = 20
    most_age_minutes: int = 1440


@frozen
class SchedulerSettings:
    """Retries of EventBridge Scheduler when it invokes Lambda (never an HTTP call).

    max_retries: RetryPolicy.MaximumRetryAttempts (0-185).
    max_age_minutes: RetryPolicy.MaximumEventAgeInSeconds, in minutes (1-1440).
    """

    max_retries: int = 10
    max_age_minutes: int = HANDING_MINUTES


@frozen
class Permission:
    """Actions of AWS that a company's own code may do on these resources, by their ARNs."""

    actions: frozenset[str]
    resources: frozenset[str]


@frozen
class CallbackSettings:
    """Size of the callback service's function, and a company's own code in it.

    timeout_seconds: timeout of an invocation (1-30).
    memory_mb: memory, and CPU in proportion (128-10240).
    code: folder or wheel, relative to the program's folder, with the modules of `handlers`.
    handlers: modules that register what tasks do.
    requirements: file with the pinned distributions, and their hashes, that the code needs.
    environment: variables of the function for the code; no secrets.
    permissions: what the function's role may do besides, for the code, by the names of the statements.
    """

    timeout_seconds: int
    memory_mb: int
    code: str | None = None
    handlers: tuple[str, ...] = ()
    requirements: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    permissions: Mapping[str, Permission] = field(default_factory=dict[str, Permission])


@frozen
class ProxySize:
    """Size of the proxy.

    timeout_seconds: timeout of an invocation (1-900).
    memory_mb: memory, and CPU in proportion (128-10240).
    reserved_concurrency: number of executions that Lambda reserves for it and never exceeds; None shares the account's.
    retry_concurrency: number of retries at a time; None for 50, or half of the reserved executions if that is less.
    provisioned_concurrency: number of executions that are always ready, which AWS charges by the hour; None for 0.
    provisioned_origin: the origin, or `retry`, whose alias has them.
    """

    timeout_seconds: int
    memory_mb: int
    reserved_concurrency: int | None = None
    retry_concurrency: int | None = None
    provisioned_concurrency: int | None = None
    provisioned_origin: str = CATALOG

    @property
    def retries_at_once(self) -> int:
        """Number of retries at a time.

        A target that hangs holds every attempt for the function's whole timeout: enough for the retries of others to
        get through, and small beside an account's 1,000 concurrent executions, which first attempts come from as well.
        """
        if self.retry_concurrency is not None:
            return self.retry_concurrency
        reserved = self.reserved_concurrency
        return RETRIES_AT_ONCE if reserved is None else max(FEWEST_RETRIES_AT_ONCE, min(RETRIES_AT_ONCE, reserved // 2))


@frozen
class Vpc:
    """Subnets and security groups of the proxy's network interfaces; all in one VPC."""

    subnet_ids: frozenset[str]
    security_group_ids: frozenset[str]


@frozen
class ProxyRoutes:
    """Addresses that the proxy connects to instead of a host's own; only the laptop stack may set them.

    default: URL on loopback that receives every call.
    direct: hosts that are called at their own address.
    """

    default: str
    direct: tuple[str, ...] = ()


@frozen
class Shard:
    """Part of a catalog that one of several stacks deploys.

    files: the files of the part, relative to the catalog's folder.
    core: the stack whose groups, roles, proxy and settings the schedules use; none in that stack itself.
    """

    files: frozenset[str]
    core: str | None = None


@frozen
class Settings:
    """Settings of one stack: the keys `schedule-catalog:KEY` of `Pulumi.<stack>.yaml`.

    stack: name of the stack (not a key).
    account: the AWS account that the stack belongs to; with other credentials the program refuses to run.
    region: the AWS region that it belongs to, likewise; `aws:region` is the region of the deployment.
    services: base URL of each service that a request may name; `callback` is built in; declared here, it
        replaces the URL of the deployed callback service.
    access: what some services need besides (keys of a mapping in `services`), and the origins that may call them.
    hosts: hosts that a request's `url` may call, as in a Host header (`api.example.com`, `api.example.com:8443`).
    http_hosts: hosts that may be called over http; all others need https.
    allowed_cidrs: private networks that may be called; public addresses need none.
    owners: owners of schedules; if empty, owners are not checked.
    secrets: services or hosts that may receive each secret, and from which origins (by default only `catalog`, the
        reviewed schedules). An application's calls have its name as their origin; `adhoc` is the calls of every
        application that is not isolated.
    signing: services or hosts whose calls each signing key signs, and from which origins; its text is in Secrets
        Manager after `secret_prefix` and `signing/`.
    clients: how calls get a token or an AWS signature: to which services or hosts, and from which origins.
    secret_prefix: prefix of a secret's name, in Secrets Manager and for `ssm:NAME` in Parameter Store; by default
        the project and the stack, between slashes.
    ledger: whether runs are recorded; required for `overlap: skip`, calls with a key and the history.
    retry: the proxy's attempts at one HTTP call.
    scheduler: EventBridge Scheduler's attempts at one invocation.
    secret_kms_keys: ARNs of the customer managed keys with which owners of secrets encrypted them.
    secret_recovery_days: time that Secrets Manager keeps a deleted signing key, whose name stays taken.
    proxy: size of the proxy function; its timeout bounds `timeout_seconds` of a request.
    vpc: network of the proxy; by default Lambda's own, which reaches only public addresses.
    callback: size and code of the callback service's function; API Gateway waits at most 30 s for it.
    minimum_interval_minutes: the least time between two fires of a schedule (1-1440); 1 restricts nothing.
    most_calls_per_minute: the most schedules that may fire in the same minute (1-100000).
    undelivered_events: whether each run that ends undelivered is an event on the account's event bus.
    alarm_topic: ARN of the SNS topic for alarms that no owner's topic receives.
    kms_key_arn: the customer managed key that encrypts calls, runs, tasks, logs and signing keys; by default AWS's own
        keys.
    log_retention_days: time that CloudWatch keeps every log group.
    log_level: the least severe level of log lines; the proxy's own lines, which alarms count, are always written.
    permissions_boundary: ARN of the policy that limits the stack's roles.
    role_path: the path of the stack's roles in IAM.
    name_prefix: beginning of the names of the schedules of the callback service, and of applications that are not in
        `applications`.
    applications: applications that schedule calls at run time, each with its prefix and a managed policy bound to it.
    shard: files of the catalog that this stack deploys, and the core stack; all files by default.
    shards: the files of each stack that deploys a part of this one's schedules, including itself (not a key); empty if
        it deploys them all.
    freezes: calendars in which no recurring schedule fires, except one with `fires_in_freezes`.
    catalog: folder of the catalog, relative to the program's folder.
    calendars: folder of the calendars, relative to the program's folder.
    packages: folder of the staged Lambda packages, relative to the program's folder.
    now: the present of a run of the program (ISO 8601 with offset); by default that of the clock.
    proxy_routes: set only by the laptop stack.
    """

    stack: str
    account: str | None
    region: str | None
    services: Mapping[str, str]
    access: Mapping[str, ServiceAccess]
    hosts: frozenset[str]
    http_hosts: frozenset[str]
    allowed_cidrs: tuple[str, ...]
    owners: Mapping[str, Owner]
    secrets: Mapping[str, SecretBinding]
    signing: Mapping[str, SecretBinding]
    clients: Mapping[str, AuthClient]
    secret_prefix: str
    secret_kms_keys: frozenset[str]
    secret_recovery_days: int
    ledger: bool
    retry: RetrySettings
    scheduler: SchedulerSettings
    proxy: ProxySize
    vpc: Vpc | None
    callback: CallbackSettings
    minimum_interval_minutes: int
    most_calls_per_minute: int
    undelivered_events: bool
    alarm_topic: str | None
    kms_key_arn: str | None
    log_retention_days: int
    log_level: str
    permissions_boundary: str | None
    role_path: str
    name_prefix: str
    applications: Mapping[str, Application]
    shard: Shard | None
    shards: Mapping[str, frozenset[str]]
    freezes: tuple[str, ...]
    catalog: str
    calendars: str
    packages: str
    now: datetime | None
    proxy_routes: ProxyRoutes | None
