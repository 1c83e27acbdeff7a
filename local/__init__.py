"""The laptop stack: the whole system on loopback, with no AWS account, started by `schedules dev`."""
