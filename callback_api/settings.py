"""Settings of the service, from its environment or a file `.env` beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, PrivateAttr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from callback_api.errors import SettingsError
from schedule_client.errors import SettingsError as ClientSettingsError
from schedule_client.loopback import checked_host
from schedule_client.settings import VARIABLES, ScheduleSettings
from schedule_client.webhooks import read_keys

MAX_BODY_BYTES = 256 * 1024
_OF_TEMPLATE = {
    "AWS_SQS_ACCESS_KEY_ID": "rename it to AWS_ACCESS_KEY_ID, or give the process a role",
    "AWS_SQS_SECRET_ACCESS_KEY": "rename it to AWS_SECRET_ACCESS_KEY, or give the process a role",
    "API_BASE_URL": "set schedule-catalog:services.{service} in the stack's settings to that address",
}


def _named(*names: str) -> AliasChoices:
    return AliasChoices(*names)


class StoreSettings(BaseSettings):
    """Settings of the store; created by `read`, so that a mistake is a SettingsError.

    environment: all variables of the environment and of the file, the client's `SCHEDULER_…` among them.
    database_url: `sqlite:///FILE` (or just FILE), `postgresql://…`, or `dynamodb:TABLE`.
    table_prefix: beginning of the name of every SQL table.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: str = Field(validation_alias=_named("CALLBACK_DATABASE_URL", "CALLBACK_DATABASE", "DATABASE_URL"))
    table_prefix: str = Field(default="callback_", validation_alias="CALLBACK_TABLE_PREFIX")
    _environment: Mapping[str, str] = PrivateAttr(default_factory=dict[str, str])

    @property
    def environment(self) -> Mapping[str, str]:
        """All variables; those of the environment override those of the file."""
        return self._environment

    @classmethod
    def read(cls, env_file: Path | None = Path(".env"), **values: Any) -> Self:
        """Return the settings of the environment; `values` override it, and it overrides `env_file`."""
        # By variable: a field's own name would be read from the environment as well, such as OPEN or SERVICE.
        given: dict[str, Any] = {_variables((name,))[0]: value for name, value in values.items()}
        try:
            made = cls(_env_file=env_file, **given)  # pyright: ignore[reportCallIssue] - a parameter of pydantic's
        except ValidationError as error:
            raise SettingsError("; ".join(_mistakes(error))) from None
        of_file = dotenv_values(env_file) if env_file is not None else {}
        made._environment = {name: value for name, value in (of_file | os.environ).items() if value is not None}
        return made

    @field_validator("database_url")
    @classmethod
    def _as_url(cls, value: str) -> str:
        if not value:
            raise ValueError("is empty: write sqlite:///FILE, postgresql://… or dynamodb:TABLE")
        return value if ":" in value else f"sqlite:///{value}"


class Settings(StoreSettings):
    """Settings of one deployment of the service.

    migrate: whether to migrate the schema at start; always done for SQLite.
    handlers: modules that register handlers.
    code: folder or wheel with these modules; found after the installed ones.
    signing_keys: one or two `whsec_…` keys between white space, any of which signs the received calls.
    signing_secret: name of the secret in Secrets Manager with these keys, instead of their text.
    internal_token: bearer token that such a call may have instead.
    open: callers without an API token are administrators: for a laptop, and for tests.
    open_token: token that an open service requires from people; "" for none.
    allowed_hosts: further names of an open service besides loopback's own, at any port.
    service: name of this service in the stack's settings, whose callback route the schedules call.
    retry_minutes: time for which a failing call is retried.
    """

    migrate: bool = Field(default=False, validation_alias="CALLBACK_MIGRATE")
    handlers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("callback_api.heartbeat",), validation_alias="CALLBACK_HANDLERS"
    )
    code: Path | None = Field(default=None, validation_alias="CALLBACK_CODE")
    signing_keys: str = Field(default="", validation_alias="CALLBACK_SIGNING_KEYS", repr=False)
    signing_secret: str = Field(default="", validation_alias="CALLBACK_SIGNING_SECRET")
    internal_token: str = Field(
        default="", validation_alias=_named("CALLBACK_INTERNAL_TOKEN", "INTERNAL_API_TOKEN", "AUTH_TOKEN"), repr=False
    )
    open: bool = Field(default=False, validation_alias="CALLBACK_OPEN")
    open_token: str = Field(default="", validation_alias="CALLBACK_OPEN_TOKEN", repr=False)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(default=(), validation_alias="CALLBACK_ALLOWED_HOSTS")
    service: str = Field(default="callback", validation_alias="CALLBACK_SERVICE")
    retry_minutes: int = Field(default=60, ge=1, le=1440, validation_alias="CALLBACK_RETRY_MINUTES")
    max_body_bytes: int = Field(default=MAX_BODY_BYTES, ge=1, validation_alias="CALLBACK_MAX_BODY_BYTES")
    log_level: str = Field(
        default="INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        validation_alias=_named("CALLBACK_LOG_LEVEL", "LOG_LEVEL"),
    )

    @property
    def open_to_calls(self) -> bool:
        """Whether others than the proxy may call: if the service is open, and has no key."""
        return self.open and not self._tells_calls

    @property
    def _tells_calls(self) -> bool:
        return bool(self.signing_keys or self.signing_secret or self.internal_token)

    def template_variables(self) -> dict[str, str]:
        """Template's variables that are set and not read, with the replacement."""
        found = {name: _OF_TEMPLATE[name.upper()] for name in self._environment if name.upper() in _OF_TEMPLATE}
        return {name: instead.format(service=self.service) for name, instead in found.items()}

    def scheduling(self) -> ScheduleSettings | None:
        """Settings of the schedules; None without any variable, SettingsError if only some are set."""
        if not any(self._environment.get(name) for name in VARIABLES.values()):
            return None
        try:
            return ScheduleSettings.from_environment(self._environment)
        except ClientSettingsError as error:
            raise SettingsError(str(error)) from error

    @field_validator("handlers", "allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("allowed_hosts")
    @classmethod
    def _as_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(checked_host, value))

    @model_validator(mode="after")
    def _must_be_proved(self) -> Self:
        read_keys(self.signing_keys)
        if self.signing_keys and self.signing_secret:
            raise ValueError("CALLBACK_SIGNING_KEYS and CALLBACK_SIGNING_SECRET are both set: keep one of them")
        if not (self._tells_calls or self.open):
            raise ValueError(
                "nothing proves that a call is the proxy's: set CALLBACK_SIGNING_KEYS or "
                "CALLBACK_INTERNAL_TOKEN, or CALLBACK_OPEN=true if anybody may call"
            )
        return self


def _mistakes(error: ValidationError) -> list[str]:
    return [
        f"{' or '.join(_variables(each['loc'])) + ' ' if each['loc'] else ''}{_worded(each['msg'])}"
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _variables(place: tuple[int | str, ...]) -> list[str]:
    """Variables of a field, which pydantic names by one of them."""
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        known = [str(each) for each in alias.choices] if isinstance(alias, AliasChoices) else [str(alias)]
        if place[0] in (name, *known):
            return known
    return [str(place[0])]


def _worded(message: str) -> str:
    return "is not set" if message == "Field required" else message.removeprefix("Value error, ")
