"""Errors in a request before anything is sent."""

from __future__ import annotations


class ContractError(ValueError):
    """The text or value is invalid for both sides of the contract."""


class RequestError(ContractError):
    """The request cannot be written as an event."""


class AddressError(ContractError):
    """The URL or path is one that this system does not call."""


class UserinfoError(AddressError):
    """The URL has a user name or password before its host."""


class ProxySettingsError(ContractError):
    """The text is not the settings of a proxy."""


class PausesError(ContractError):
    """The stored pauses cannot be read."""


class TimeTextError(ContractError):
    """The text is not a time."""


class CalendarError(TimeTextError):
    """The text has the form of a time, but no calendar or clock has it."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f'"{text}" is not in the calendar: {reason}')
        self.reason = reason


class JsonError(ContractError):
    """The text is not JSON, or JSON cannot hold the value; the message has the position."""
