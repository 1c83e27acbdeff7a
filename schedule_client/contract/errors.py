"""What can be wrong with a request before anything is sent."""

from __future__ import annotations


class ContractError(ValueError):
    """A text or value that neither side of the contract accepts."""


class RequestError(ContractError):
    """A request that cannot be written as an event."""


class AddressError(ContractError):
    """A URL or path that this system does not call."""


class UserinfoError(AddressError):
    """A URL with a user name or password before its host."""


class ProxySettingsError(ContractError):
    """A text that is not the settings of a proxy."""


class TimeTextError(ContractError):
    """A text that does not say a time."""


class CalendarError(TimeTextError):
    """A text in the form of a time that no calendar and no clock has."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f'"{text}" is not a time of the calendar: {reason}')
        self.reason = reason


class JsonError(ContractError):
    """A text that is not JSON, or a value that JSON cannot hold; the message says where."""
