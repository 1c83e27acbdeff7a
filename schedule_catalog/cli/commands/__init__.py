"""The verbs of `schedules`, one module each: arguments and `run`."""
