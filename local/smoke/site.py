"""Site of the throw-away stack: an account, or in tests the emulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from schedule_catalog.operations import ServiceClients


class Site(Protocol):
    """Deploys one stack, and knows what it cannot show."""

    @property
    def clients(self) -> ServiceClients:
        """The clients of its account, which may do everything."""
        ...

    @property
    def region(self) -> str:
        """Its region."""
        ...

    @property
    def lacks(self) -> Mapping[str, str]:
        """By the name of a step, the reason why nothing can be seen of it here."""
        ...

    @property
    def patience_seconds(self) -> float:
        """Patience with changes that AWS makes a moment later."""
        ...

    def target(self) -> str:
        """Start an endpoint to call, and return its base URL: `/ok` answers 200, `/refuse` 404, `/busy` 503."""
        ...

    def settings(self) -> Mapping[str, Any]:
        """Settings of the stack that only this site needs."""
        ...

    def up(self, settings: Mapping[str, Any], tags: Mapping[str, str]) -> Mapping[str, Any]:
        """Deploy, every resource with these tags, and return the exports. Raises FailedError."""
        ...

    def differences(self) -> tuple[str, ...]:
        """Return the resources that a refresh and a preview would change. Raises FailedError."""
        ...

    def destroy(self) -> None:
        """Take off every protection and delete the stack. Raises FailedError."""
        ...

    def fires(self, group: str, name: str) -> None:
        """Have a schedule fire that is due within two minutes, where no service does so by itself."""
        ...

    def as_role(self, service: str, role_arn: str) -> Any:
        """The boto3 client of a service for a session of a role."""
        ...
