"""The proxy's handler over simulated time, in a cloud of memory: no threads, no sleeping, the same run for a seed."""

from local.simulation.audit import Audit
from local.simulation.faults import Faults
from local.simulation.soak import soak

__all__ = ("Audit", "Faults", "soak")
