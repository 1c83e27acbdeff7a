"""The settings of one stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.entry import HANDING_MINUTES
from schedule_client.contract import CATALOG

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from schedule_client.contract import SecretBinding


@dataclass(frozen=True, slots=True)
class Owner:
    """A team that owns schedules; where any owner is declared, an undeclared one is a problem.

    contact: who to ask, a mail address or a channel.
    topic: ARN of the SNS topic that hears of the owner's failed calls.
    services, hosts, secrets: what the owner's schedules may name; left out, whatever the stack allows.
    """

    contact: str | None = None
    topic: str | None = None
    services: frozenset[str] | None = None
    hosts: frozenset[str] | None = None
    secrets: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """An application that schedules calls of its own, under an origin of its own, and gets an IAM policy for it.

    prefix: what the names of its schedules start with; nobody else's may start so.
    owner: the owner that hears of its failed calls, whatever its requests say.
    isolated: the day of the deployment that ends its use of the shared origin `adhoc`; None before.
    retired: it makes no more calls; what is pending is still delivered.
    """

    prefix: str
    owner: str | None = None
    isolated: date | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """How often, and for how long after its scheduled time, the proxy tries one call.

    max_attempts: attempts of a request that does not say, the first included.
    max_age_minutes: age of a request that does not say; a schedule's gap to its next fire makes it smaller.
    most_attempts, most_age_minutes: the most a request may ask for.
    """

    max_attempts: int = 5
    max_age_minutes: int = 60
    most_attempts: int = 20
    most_age_minutes: int = 1440


@dataclass(frozen=True, slots=True)
class SchedulerSettings:
    """How EventBridge Scheduler retries handing an event to Lambda (never an HTTP call).

    max_retries: RetryPolicy.MaximumRetryAttempts (0-185).
    max_age_minutes: RetryPolicy.MaximumEventAgeInSeconds, in minutes (1-1440).
    """

    max_retries: int = 10
    max_age_minutes: int = HANDING_MINUTES


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """Size of a Lambda function.

    timeout_seconds: Lambda ends an invocation after this long (1-900).
    memory_mb: memory, and CPU in proportion (128-10240).
    """

    timeout_seconds: int
    memory_mb: int


@dataclass(frozen=True, slots=True)
class ProxySize(FunctionSettings):
    """Size of the proxy.

    reserved_concurrency: how many executions Lambda keeps for it and never exceeds; None shares the account's.
    provisioned_concurrency: how many executions are always ready to begin, for which AWS asks by the hour; None for 0.
    provisioned_origin: the origin, or `retry`, whose alias has them.
    """

    reserved_concurrency: int | None = None
    provisioned_concurrency: int | None = None
    provisioned_origin: str = CATALOG


@dataclass(frozen=True, slots=True)
class Vpc:
    """The subnets and security groups of the proxy's network interfaces; all are of one VPC."""

    subnet_ids: frozenset[str]
    security_group_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class ProxyRoutes:
    """Where the proxy connects instead of a host's own address; the laptop stack sets it, nothing else may.

    default: URL on loopback that receives every call.
    direct: hosts that are called all the same.
    """

    default: str
    direct: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shard:
    """The part of a catalog that one of several stacks deploys.

    files: the files of the part, seen from the catalog's folder.
    core: the stack whose groups, roles and proxy the schedules use, and whose settings hold; none in that stack itself.
    """

    files: frozenset[str]
    core: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What one stack is told: the keys `schedule-catalog:KEY` of `Pulumi.<stack>.yaml`.

    stack: name of the stack (not a key).
    account: the AWS account that the stack belongs to; with other credentials the program refuses to run.
    region: the AWS region that it belongs to, likewise; which region it is deployed to, `aws:region` says.
    services: base URL of each service that a request may name; `callback` is built in, and declared here it
        replaces the URL of the deployed callback service.
    hosts: hosts that a request's `url` may call, as in a Host header (`api.example.com`, `api.example.com:8443`).
    http_hosts: hosts that may be called over http; https is asked of all others.
    allowed_cidrs: networks that may be called although they are private; public addresses need none.
    owners: who owns schedules; empty means that nobody is checked.
    secrets: which services or hosts may be sent each secret, and from which origins (by default only `catalog`, the
        reviewed schedules). An application's calls have its name as their origin; `adhoc` is the calls of every
        application that is not isolated.
    signing: which services' or hosts' calls each signing key signs, and from which origins; its text is in Secrets
        Manager behind `secret_prefix` and `signing/`.
    secret_prefix: what a secret's name is put behind, in Secrets Manager and for `ssm:NAME` in Parameter Store;
        by default the project and the stack, between slashes.
    ledger: whether runs are recorded, which `overlap: skip`, calls with a key and the history need.
    retry: the proxy's attempts at one HTTP call.
    scheduler: EventBridge Scheduler's attempts at one invocation.
    secret_kms_keys: ARNs of the customer managed keys with which owners of secrets encrypted them.
    secret_recovery_days: for how long Secrets Manager keeps a signing key that is deleted, and its name taken.
    proxy: size of the proxy function; its timeout bounds `timeout_seconds` of a request.
    vpc: where the proxy makes its calls from; by default Lambda's own network, which reaches public addresses alone.
    callback: size of the callback service's function; API Gateway waits 30 s for it at most.
    minimum_interval_minutes: the least time between two fires of a schedule (1-1440); 1 restricts nothing.
    most_calls_per_minute: how many schedules may fire in the same minute (1-100000).
    alarm_topic: ARN of the SNS topic that hears of every alarm that no owner's topic hears of.
    kms_key_arn: the customer managed key that encrypts whatever holds calls, runs, tasks, logs and signing keys; by
        default AWS's own keys.
    log_retention_days: how long CloudWatch keeps every log group.
    log_level: the least severe of the lines that logs get; the proxy's own lines, which alarms count, are always there.
    permissions_boundary: ARN of the policy that bounds what the stack's roles may do.
    role_path: the path of the stack's roles in IAM.
    name_prefix: what the names of the callback service's schedules start with, and of an application's that is not
        among `applications`.
    applications: who schedules calls at run time, each with a prefix of its own and a managed policy bound to it.
    shard: which files of the catalog this stack deploys, and whose shard it is; all files by default.
    shards: the files of each stack that deploys a part of this one's schedules, itself included (not a key); empty
        where it deploys them all.
    catalog: folder of the catalog, seen from the program's folder.
    packages: folder of the staged Lambda packages, seen from the program's folder.
    now: the instant that a run of the program takes for the present (ISO 8601 with offset); the clock's by default.
    proxy_routes: set by the laptop stack alone.
    """

    stack: str
    account: str | None
    region: str | None
    services: Mapping[str, str]
    hosts: frozenset[str]
    http_hosts: frozenset[str]
    allowed_cidrs: tuple[str, ...]
    owners: Mapping[str, Owner]
    secrets: Mapping[str, SecretBinding]
    signing: Mapping[str, SecretBinding]
    secret_prefix: str
    secret_kms_keys: frozenset[str]
    secret_recovery_days: int
    ledger: bool
    retry: RetrySettings
    scheduler: SchedulerSettings
    proxy: ProxySize
    vpc: Vpc | None
    callback: FunctionSettings
    minimum_interval_minutes: int
    most_calls_per_minute: int
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
    catalog: str
    packages: str
    now: datetime | None
    proxy_routes: ProxyRoutes | None
