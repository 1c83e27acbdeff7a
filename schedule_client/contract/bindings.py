"""Bindings of secrets, signing keys and clients to the calls that may use them."""

from __future__ import annotations

from schedule_client.contract.records import frozen


@frozen
class SecretBinding:
    """Permission to use a secret or a client: for calls to one of the services or hosts, from one of the origins."""

    services: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()

    def admits(self, service: str | None, host: str, origin: str) -> bool:
        """Return whether a call of `origin` to `service` (or, by URL, to `host` as in a Host header) may use it."""
        return origin in self.origins and (service in self.services if service is not None else host in self.hosts)
