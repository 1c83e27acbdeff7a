"""The stack in AWS: one Pulumi component per file, over what `schedule_catalog` computed."""
