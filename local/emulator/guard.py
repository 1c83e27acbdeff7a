"""Guard of the emulator: any web page could have it run code, since it answers every host and asks for no secret."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schedule_client.loopback import GuardedApp, LoopbackGuard

# An HTTP API and a function URL have a host each, whose first label the emulator has made up. Nobody else can give such
# a name an address: the ends are AWS's own domain and an address of loopback, which is not a name.
_ADDRESSES = re.compile(
    r"[a-f0-9]{8}\.execute-api\.127\.0\.0\.1(:\d+)?"
    r"|[a-z0-9-]{32,36}\.lambda-url\.[a-z0-9-]+\.(on\.aws|127\.0\.0\.1)(:\d+)?"
)


def guard_emulator(hosts: Iterable[str]) -> None:
    """Put the guard before every API of the emulator in this process; `hosts` are further names that it answers to."""
    import ministack.app as emulator  # pyright: ignore[reportMissingTypeStubs]

    guard = LoopbackGuard(
        frozenset(hosts), lambda host: _ADDRESSES.fullmatch(host) is not None, "allow a name with --allow-host NAME"
    )
    emulator.app = GuardedApp(emulator.app, guard)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
