"""Examples of scheduled work; each module registers the function of a task, for CALLBACK_HANDLERS."""
