"""Stack in AWS: one Pulumi component per file, from the results of `schedule_catalog`."""
