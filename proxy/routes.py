"""Routes of connections on a laptop, where no call leaves loopback; never set in AWS."""

from __future__ import annotations

import json
from typing import Any

from schedule_client.contract.address import Address, parse_url
from schedule_client.contract.records import frozen

_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
_LOOPBACK_CIDRS = ("127.0.0.0/8", "::1/128")


@frozen
class Routes:
    """Route of every call to `default`, with its own path and Host header, except calls to the hosts in `direct`."""

    default: Address | None = None
    direct: frozenset[str] = frozenset()

    @classmethod
    def from_json(cls, text: str | None) -> Routes:
        """Return the routes of a text like `{"default": "http://127.0.0.1:8099", "direct": ["127.0.0.1"]}`, if any."""
        if not text:
            return cls()
        routes: dict[str, Any] = json.loads(text)
        return cls(parse_url(routes["default"]), frozenset(routes.get("direct", ())))

    def endpoint(self, address: Address) -> Address:
        """Return the address of the connection for a call to `address`."""
        return address if self.default is None or address.host in self.direct else self.default

    def cidrs(self, address: Address) -> tuple[str, ...]:
        """Return the laptop's networks for a call to `address`; none for a call that leaves it."""
        stays = self.endpoint(address) != address or self.is_laptop_service(address)
        return _LOOPBACK_CIDRS if stays else ()

    def is_laptop_service(self, address: Address) -> bool:
        """Return whether `address` is one of the laptop's own services, which have no certificate."""
        return self.default is not None and address.host in self.direct and address.host in _LOOPBACK
