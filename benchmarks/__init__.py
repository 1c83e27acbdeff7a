"""Benchmarks, side by side in one run, against the alternatives that a user would choose."""
