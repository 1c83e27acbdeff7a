"""Way of a message to its destination, and of the response back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from proxy.destination import Destination
    from proxy.message import Message
    from proxy.transport import Reply


class Wire(Protocol):
    """Transport of messages: `proxy.transport.Transport`, or a double of it."""

    def send(self, message: Message, destination: Destination, seconds: float) -> Reply:
        """Return the response, within *seconds* in all; raises TransportError or RefusedError."""
        ...
