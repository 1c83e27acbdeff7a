"""HTTP schedules as reviewed YAML: read, checked, and turned into the arguments of EventBridge Scheduler."""
