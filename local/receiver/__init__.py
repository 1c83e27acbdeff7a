"""The receiver: one HTTP server on loopback that answers for every service and host that a schedule calls."""
