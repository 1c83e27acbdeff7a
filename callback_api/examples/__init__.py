"""Three things that applications schedule; each module registers what its task does, for CALLBACK_HANDLERS."""
