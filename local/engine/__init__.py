"""A small engine for one stack: it runs a Pulumi program, compares it with its state and changes the emulator.

A development tool: it compares plain inputs, where the real engine asks the provider. `pulumi up` is the way to AWS.
What runs the program (`process`, `program`) is a process of its own and is not imported here.
"""

from __future__ import annotations

from local.engine.deployment import Deployment, Failure, ResourceChange
from local.engine.order import Order
from local.engine.state import described_instance

__all__ = ("Deployment", "Failure", "Order", "ResourceChange", "described_instance")
