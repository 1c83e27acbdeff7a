"""Parts of a stack in AWS: names, CreateSchedule arguments, manifest, Pulumi's plan."""
