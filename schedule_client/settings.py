"""Settings of an application's schedules: the values that the stack exports for its environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schedule_client.errors import SettingsError

if TYPE_CHECKING:
    from typing import Self

# The rest of a schedule's 64 characters after a prefix must tell two keys apart.
LONGEST_PREFIX = 40

VARIABLES = {
    "target_arn": "SCHEDULER_TARGET_ARN",
    "role_arn": "SCHEDULER_TARGET_ROLE_ARN",
    "group": "SCHEDULER_GROUP_NAME",
    "dead_letter_arn": "SCHEDULER_DLQ_ARN",
    "name_prefix": "SCHEDULER_NAME_PREFIX",
}
# Names between commas that the stack knows; a variable that is not set leaves the check to the proxy.
_LISTS = {
    "services": "SCHEDULER_SERVICES",
    "allowed_hosts": "SCHEDULER_HOSTS",
    "secrets": "SCHEDULER_SECRETS",
    "clients": "SCHEDULER_CLIENTS",
    "features": "SCHEDULER_FEATURES",
}
_FORMS = {
    "target_arn": re.compile(r"arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):[0-9]{12}:function:[\w-]+(:[\w-]+)?"),
    "role_arn": re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+"),
    "group": re.compile(r"[0-9A-Za-z_.-]{1,64}"),
    "dead_letter_arn": re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[\w-]+"),
    "name_prefix": re.compile(rf"[0-9A-Za-z_.-]{{0,{LONGEST_PREFIX}}}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSettings:
    """Settings that every schedule of one application shares; SettingsError names each invalid value.

    target_arn: the proxy's alias for run-time calls.
    role_arn: the role that EventBridge Scheduler assumes to invoke it.
    group: schedule group of run-time calls.
    dead_letter_arn: queue for calls that never reached the proxy.
    name_prefix: beginning of the names of this application's schedules; its IAM policy is bound to it.
    max_retries, max_age_seconds: RetryPolicy, for passing the call to the proxy (0-185, 60-86400); the request's
        own `retry` limits the attempts of the HTTP call.
    allowed_hosts: hosts that a request's `url` may name, as in a Host header; `http://HOST` is allowed without TLS.
    services, secrets, clients: names that a request may use. For all four, None leaves the check to the proxy.
    features: members of an event that the deployed proxy knows beside the first release's; None leaves out those that
        a request does not need.
    """

    target_arn: str
    role_arn: str
    group: str
    dead_letter_arn: str
    name_prefix: str = ""
    max_retries: int = 10
    max_age_seconds: int = 900
    allowed_hosts: frozenset[str] | None = None
    services: frozenset[str] | None = None
    secrets: frozenset[str] | None = None
    clients: frozenset[str] | None = None
    features: frozenset[str] | None = None

    def __post_init__(self) -> None:
        wrong = [
            f'{name} (from the environment: {VARIABLES[name]}) is "{getattr(self, name)}", not {_WANTED[name]}'
            for name, form in _FORMS.items()
            if not form.fullmatch(getattr(self, name))
        ]
        if not 0 <= self.max_retries <= 185:
            wrong.append(f"max_retries is {self.max_retries}, not a number from 0 to 185")
        if not 60 <= self.max_age_seconds <= 86400:
            wrong.append(f"max_age_seconds is {self.max_age_seconds}, not a number from 60 to 86400")
        if wrong:
            raise SettingsError("; ".join(wrong))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings of the variables `SCHEDULER_…` that `pulumi stack output --shell` prints."""
        values: dict[str, Any] = {name: environment.get(variable, "").strip() for name, variable in VARIABLES.items()}
        missing = [VARIABLES[name] for name, value in values.items() if not value and name != "name_prefix"]
        if missing:
            raise SettingsError(
                f"not set: {', '.join(missing)}; the stack exports them all: pulumi stack output --shell"
            )
        for name, variable in _LISTS.items():
            if (text := environment.get(variable)) is not None:
                values[name] = frozenset(each.strip() for each in text.split(",") if each.strip())
        return cls(**values)

    @property
    def region(self) -> str:
        """Region of the target, which must be that of its schedules."""
        return self.target_arn.split(":")[3]

    def schedule_arn(self, name: str) -> str:
        """Return the ARN of the schedule `name` in the group."""
        _, partition, _, region, account, *_ = self.target_arn.split(":")
        return f"arn:{partition}:scheduler:{region}:{account}:schedule/{self.group}/{name}"


_WANTED = {
    "target_arn": "the ARN of a Lambda function or alias",
    "role_arn": "the ARN of an IAM role",
    "group": "the name of a schedule group (1-64 characters of A-Z a-z 0-9 - _ .)",
    "dead_letter_arn": "the ARN of a standard SQS queue",
    "name_prefix": f"the beginning of a name (at most {LONGEST_PREFIX} characters of A-Z a-z 0-9 - _ .)",
}
