"""The proxy's handler over simulated time, in a cloud of memory: no threads, no sleeping, the same run for a seed."""

from local.simulation.soak import soak

__all__ = ("soak",)
