"""What can be wrong with a request before anything is sent."""

from __future__ import annotations


class ContractError(ValueError):
    """A request, an address or a proxy's settings that neither side of the contract accepts."""


class RequestError(ContractError):
    """A request that cannot be written as an event."""


class AddressError(ContractError):
    """A URL or path that this system does not call."""


class UserinfoError(AddressError):
    """A URL with a user name or password before its host."""


class ProxySettingsError(ContractError):
    """A text that is not the settings of a proxy."""
