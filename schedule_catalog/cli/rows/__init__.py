"""Output for programs, as JSON."""
