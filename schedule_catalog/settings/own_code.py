"""Settings of a company's own code in the callback service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.settings.commands import remove_command
from schedule_catalog.settings.model import CallbackSettings, Permission
from schedule_catalog.settings.reading import ConfigValue, Example, distinct, named, section, several, text

if TYPE_CHECKING:
    from schedule_catalog.settings.model import Settings
    from schedule_catalog.settings.reading import Mistakes, Section

_code = text("handlers", r"[^\x00-\x1f]+", "a folder or a wheel")
_module = text("reminders", r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", "the name of a Python module")
_requirements = text("handlers/requirements.txt", r"[^\x00-\x1f]+\.txt", "a file of requirements")
# Others would change the service itself, whose settings are read in any case.
_variable = text(
    "SMTP_HOST",
    r"(?i:(?!(?:aws|callback|lambda|scheduler)_|(?:database_url|internal_api_token|auth_token|log_level)$))[A-Za-z]\w*",
    "a variable of your code: those of AWS and of the service (AWS_, CALLBACK_, SCHEDULER_, …) are reserved",
)
_statement = text("ReadOrders", r"[A-Za-z][A-Za-z0-9]{0,39}", "a statement's name (letters and digits)")
# IAM's own actions would let the code give itself everything else.
_action = text(
    "dynamodb:GetItem",
    r"(?!iam:)[a-z0-9-]+:[A-Za-z0-9]+",
    "an action such as dynamodb:GetItem (without wildcards, and not one of iam)",
)
_NAMED = r"[^*?$\s]+"
_resource = text(
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    rf"arn:aws[a-z-]*:(?:s3:::{_NAMED}(?:/\*)?|[a-z0-9-]+:[a-z0-9-]*:(?:\d{{12}})?:{_NAMED}(?:/{_NAMED}/\*)?)",
    'the ARN of a resource ("/*" may only follow a name: table/orders/index/*)',
)


def with_own_code(keys: Section, timeout_seconds: int, memory_mb: int) -> CallbackSettings:
    """Return the settings of the callback service of this size, with the code in *keys*."""
    return CallbackSettings(
        timeout_seconds,
        memory_mb,
        code=keys.take("code", _code, None),
        handlers=keys.take("handlers", several(_module), ()),
        requirements=keys.take("requirements", _requirements, None),
        environment=keys.take("environment", named(_variable, text("smtp.example.com")), dict[str, str]()),
        permissions=keys.take("permissions", named(_statement, _PERMISSION), dict[str, Permission]()),
    )


def _permission(keys: Section) -> Permission:
    none = frozenset[str]()
    return Permission(
        keys.require("actions", distinct(_action)) or none, keys.require("resources", distinct(_resource)) or none
    )


_PERMISSION = section(_permission, _action.example.inside(0).inside("actions"))


def report_own_code(settings: Settings, mistakes: Mistakes) -> None:
    """Report code without its modules, requirements without code, and empty permissions."""
    callback = settings.callback
    if callback.code is not None and not callback.handlers:
        message = f'names no module of "{callback.code}", so nothing of it is loaded'
        ConfigValue(("callback", "handlers"), None, mistakes).refuse(message, Example("reminders", (0,)))
    if callback.requirements is not None and callback.code is None:
        path = ("callback", "requirements")
        mistakes.add(path, 'is for "code", which is not set', remove_command(mistakes.stack, path))
    for name, permission in callback.permissions.items():
        for key, given, example in (
            ("actions", permission.actions, "dynamodb:GetItem"),
            ("resources", permission.resources, "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"),
        ):
            if not given:
                node = ConfigValue(("callback", "permissions", name, key), None, mistakes)
                node.refuse("is empty", Example(example, (0,)))
