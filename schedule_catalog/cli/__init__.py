"""The `schedules` command, which begins in `main`."""
