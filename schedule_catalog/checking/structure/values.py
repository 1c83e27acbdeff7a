"""Messages about values of the wrong type or out of range."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schedule_catalog.wording import nearest, quoted

if TYPE_CHECKING:
    from jsonschema import ValidationError

_EXPECTED = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
HOW_TO_WRITE = {
    "description": "write description: and what its days are",
    "dates": "write dates: and a list of days, such as 2027-01-01",
    "from": "write the first day or local time, such as 2027-12-24",
    "to": "write the last day, or the local time at which it ends",
    "until": "write the local time at which it ends, such as 2027-01-10T00:00",
    "reason": "write why",
    "owner": "write owner: and the short id of your team",
    "schedules": "write schedules: and the schedules by name",
    "request": 'write request: with "url", or "service" and "path"',
}
"""Advice for each key that a file must have."""
# Keys whose value is easily taken for a shorter one.
_WHOLE = {
    "pause": "write {until: 2027-01-10T00:00, reason: migration}, its end and why",
    "fires_in_freezes": "write why it is called in freezes too, or leave the key out",
}
# Keys whose text has a form that a number or true, put in quotes, does not have.
_FORMS = {
    "cron": 'write six fields in quotes, such as "0 9 * * ? *"',
    "rate": "write a number and its unit, such as 5 minutes",
    "at": "write its local time, such as 2027-01-05T09:00",
    "start": "write the first local time, such as 2027-01-05T09:00",
    "end": "write the local time at which it ends, such as 2027-01-05T09:00",
    "until": HOW_TO_WRITE["until"],
    "from": HOW_TO_WRITE["from"],
    "to": HOW_TO_WRITE["to"],
    "timezone": "write an IANA name such as Asia/Seoul, or UTC",
    "url": "write an address that starts with https://",
    "path": "write a path that starts with /",
}
_OR_LEFT_OUT = "write a value, or leave the key out"
_TRUE = ("true", "yes", "on", "1", "enabled")
_FALSE = ("false", "no", "off", "0", "disabled")
_INTEGER = re.compile("[0-9]{1,18}")
_EMPTY = ("minLength", "minItems", "minProperties")


def value_message(error: ValidationError) -> str:
    """Return the message for one invalid value: its key, its value, and the allowed values."""
    if error.validator == "type":
        return _type_message(error)
    if error.validator == "enum":
        return _enum_message(error)
    schema: Any = error.schema
    if error.validator == "pattern":
        return f"{_subject(error)} cannot be {_shown(error.instance)}: {schema['patternErrorMessage']}"
    if error.validator in _EMPTY:
        return f"{_subject(error)} is empty: {_advice_for_nothing(error)}"
    return f"{_subject(error)} {limit_message(error)}"


def limit_message(error: ValidationError) -> str:
    """Predicate of a sentence about a value over or under a limit."""
    limit: Any = error.validator_value
    value: Any = error.instance
    match error.validator:
        case "maximum":
            return f"is {value}: at most {limit:,} is allowed"
        case "minimum":
            return f"is {value}: at least {limit:,} is needed"
        case "maxLength":
            return f"has {len(value):,} characters: at most {limit:,} are allowed"
        case "maxItems" | "maxProperties":
            return f"has {len(value):,} members: at most {limit:,} are allowed"
        case each if each in _EMPTY:
            return f"is empty: {_OR_LEFT_OUT}"
        case "uniqueItems":
            again = next(item for item in value if value.count(item) > 1)
            return f"has {_shown(again)} twice: remove one"
        case _:
            return error.message


def _advice_for_nothing(error: ValidationError) -> str:
    """Advice for an empty value; only a calendar must have a description."""
    key = _key(error)
    return _WHOLE.get(key) or (HOW_TO_WRITE.get(key) if key != "description" else None) or _OR_LEFT_OUT


def _key(error: ValidationError) -> str:
    """Key of the schema that the value is for; empty for a name that the author chose, such as that of a label."""
    last = error.absolute_path[-1] if error.absolute_path else None
    return last if isinstance(last, str) and last in error.absolute_schema_path else ""


def _subject(error: ValidationError) -> str:
    last = error.absolute_path[-1] if error.absolute_path else None
    if isinstance(last, int):
        return f"item {last + 1} of {quoted(error.absolute_path[-2])}"
    return "the file" if last is None else quoted(last)


def _type_message(error: ValidationError) -> str:
    expected: Any = error.validator_value
    types: list[str] = [expected] if isinstance(expected, str) else expected
    if not error.absolute_path:
        what = "is empty" if error.instance is None else f"is {_shown(error.instance)}"
        schema: Any = error.schema
        form = "calendar" if "dates" in schema["properties"] else "catalog file"
        return f"a {form} is a mapping with {' and '.join(map(quoted, schema['required']))}, and this file {what}"
    *others, last = (_EXPECTED[name] for name in types)
    wanted = f"{', '.join(others)} or {last}" if others else last
    message = f"{_subject(error)} must be {wanted}, and is {_shown(error.instance)}"
    advice = _WHOLE.get(_key(error)) or _advice(types, error)
    return f"{message}: {advice}" if advice else message


def _advice(types: list[str], error: ValidationError) -> str | None:
    value: Any = error.instance
    if value is None:
        return "write its keys below it" if types == ["object"] else _OR_LEFT_OUT
    if types == ["string"]:
        return _FORMS.get(_key(error)) or _quotes_advice(error)
    if types == ["array"] and isinstance(value, str):
        return f"write [{value}]"
    if types == ["boolean"] and isinstance(value, str | int):
        return _boolean_advice(str(value).lower())
    if types == ["integer"] and isinstance(value, str) and _INTEGER.fullmatch(value):
        return f"write {value} without quotes" if _is_allowed(error, int(value)) else None
    return None


def _quotes_advice(error: ValidationError) -> str | None:
    """Advice for a number or a boolean in the place of a text, which may be that text without its quotes."""
    schema: Any = error.schema
    if not isinstance(error.instance, bool | int | float):
        return None
    text = _shown(error.instance)
    return f'write "{text}" in quotes' if _is_allowed(error, text) else schema.get("patternErrorMessage")


def _is_allowed(error: ValidationError, value: Any) -> bool:
    """Whether the schema allows another value in the place of the wrong one."""
    from jsonschema import Draft202012Validator

    schema: Any = error.schema
    validator: Any = Draft202012Validator(schema)
    return validator.is_valid(value)


def _boolean_advice(word: str) -> str | None:
    if word in _TRUE:
        return "write true"
    return "write false" if word in _FALSE else None


def _enum_message(error: ValidationError) -> str:
    allowed: Any = error.validator_value
    known = ", ".join(f'"{name}"' for name in allowed)
    word = str(error.instance)
    near = nearest(word, allowed)
    message = f"{_subject(error)} cannot be {_shown(error.instance)}"
    if near:
        return f'{message}: did you mean "{near}"? Allowed are {known}'
    return f"{message}: write {known}" if len(allowed) == 1 else f"{message}: allowed are {known}"


def _shown(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return quoted(value)
