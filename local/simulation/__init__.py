"""The proxy's handler over simulated time, in a cloud of memory: no threads, no sleeping, the same run for a seed."""

from local.simulation.cloud import Cloud
from local.simulation.faults import Faults
from local.simulation.soak import Counts, soak

__all__ = ("Cloud", "Counts", "Faults", "soak")
